package io.breakwater.control;

import java.util.List;

/// A certificate as listeners show it.
///
/// @param name the object's name
/// @param inUse whether it is shown to clients at all
/// @param isDefault whether it is shown to clients that ask for no host or an unknown one
/// @param domains the hosts that it is shown for
/// @param names the hosts that it is valid for
/// @param key the kind of its key, such as `EC 256 bits`
/// @param signature the algorithm that it was signed with
/// @param serial its number, in hexadecimal
/// @param fingerprint its SHA-256, in hexadecimal
/// @param chain itself and those between it and its authority
/// @param notBeforeMillis the first moment that it is valid, milliseconds since 1970
/// @param notAfterMillis the last one, the same
/// @param daysLeft whole days from now to the end; negative when it is over
/// @param faults what clients will not like about it, in plain words
public record CertificateView(
        String name,
        boolean inUse,
        boolean isDefault,
        List<String> domains,
        List<String> names,
        String key,
        String signature,
        String serial,
        String fingerprint,
        List<Link> chain,
        long notBeforeMillis,
        long notAfterMillis,
        long daysLeft,
        List<String> faults) {
    /// Copies the lists.
    public CertificateView {
        domains = List.copyOf(domains);
        names = List.copyOf(names);
        chain = List.copyOf(chain);
        faults = List.copyOf(faults);
    }

    /// One certificate of a chain.
    ///
    /// @param subject whose it is
    /// @param issuer who says so
    /// @param notAfterMillis the last moment that it is valid, milliseconds since 1970
    public record Link(String subject, String issuer, long notAfterMillis) {}
}
