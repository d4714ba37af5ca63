package io.breakwater.control;

import java.util.List;

/// The story of one order of a certificate at an ACME authority.
///
/// @param certificate the object's name
/// @param number 1 or more, rising for each object
/// @param directory of the authority
/// @param domains what it is for
/// @param outcome what became of it
/// @param beginMillis when it began, milliseconds since 1970
/// @param endMillis when it ended, milliseconds since 1970, 0 when it has not
/// @param nextMillis when the next one is due, milliseconds since 1970, 0 when that is not known
///   yet
/// @param steps what happened, in order
public record CertificateOrder(
        String certificate,
        long number,
        String directory,
        List<String> domains,
        Outcome outcome,
        long beginMillis,
        long endMillis,
        long nextMillis,
        List<Step> steps) {
    /// Copies the lists.
    public CertificateOrder {
        domains = List.copyOf(domains);
        steps = List.copyOf(steps);
    }

    /// What became of an order.
    public enum Outcome {
        /// It is in flight.
        IN_FLIGHT,
        /// There is a certificate.
        OBTAINED,
        /// There is none.
        FAILED,
        /// It was given up since the configuration changed or the process stopped.
        CANCELLED
    }

    /// Something that happened.
    ///
    /// @param atMillis when, milliseconds since 1970
    /// @param part what it is about
    /// @param trouble whether it went wrong, or may
    /// @param text in words
    public record Step(long atMillis, Part part, boolean trouble, String text) {}

    /// What a step is about.
    public enum Part {
        /// The account at the authority.
        ACCOUNT,
        /// The order itself.
        ORDER,
        /// Whether the names are seen to be ours.
        AUTHORIZATION,
        /// Whether we can be reached, as found out by ourselves.
        REACHABILITY,
        /// How the authority finds out that a name is ours.
        CHALLENGE,
        /// The program that publishes DNS records.
        HOOK,
        /// The certificate.
        CERTIFICATE,
        /// When the next order is due.
        NEXT
    }
}
