package io.breakwater.control;

import java.util.List;

/// A self-signed certificate that is to be made.
///
/// @param domains host names and literal addresses that it is for
/// @param days how long it is valid
/// @param keyType as in `acme.key-type`, such as `ec256`
public record NewCertificate(List<String> domains, int days, String keyType) {
    /// Days when nothing is said.
    public static final int USUAL_DAYS = 90;

    /// The kind of key when nothing is said.
    public static final String USUAL_KEY = "ec256";

    /// Copies the list.
    public NewCertificate {
        domains = List.copyOf(domains);
    }
}
