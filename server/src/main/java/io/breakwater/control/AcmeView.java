package io.breakwater.control;

import java.util.List;

/// How it is about a certificate that is obtained by ACME.
///
/// @param certificate the object's name
/// @param watched whether it is renewed: false when the object is off
/// @param inFlight whether an order is in flight
/// @param endMillis when the certificate that is served ends, milliseconds since 1970, 0 when there
///   is none yet
/// @param nextMillis when the next order is due, milliseconds since 1970, 0 when none is
/// @param failures how many orders failed in a row, the last one included
/// @param orders the latest, newest first
public record AcmeView(
        String certificate,
        boolean watched,
        boolean inFlight,
        long endMillis,
        long nextMillis,
        int failures,
        List<CertificateOrder> orders) {
    /// Copies the list.
    public AcmeView {
        orders = List.copyOf(orders);
    }
}
