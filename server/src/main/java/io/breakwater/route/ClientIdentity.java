package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client's verified certificate says, as variables.
final class ClientIdentity {
    private ClientIdentity() {}

    /// Its subject (RFC 4514).
    static @Nullable String subject(RequestHead head) {
        X509Certificate own = own(head);
        return own == null ? null : own.getSubjectX500Principal().getName();
    }

    /// Who issued it (RFC 4514).
    static @Nullable String issuer(RequestHead head) {
        X509Certificate own = own(head);
        return own == null ? null : own.getIssuerX500Principal().getName();
    }

    /// Its number, in hexadecimal.
    static @Nullable String serial(RequestHead head) {
        X509Certificate own = own(head);
        return own == null ? null : own.getSerialNumber().toString(16);
    }

    /// Its SHA-256, in hexadecimal.
    static @Nullable String fingerprint(RequestHead head) {
        X509Certificate own = own(head);
        if (own == null) return null;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(own.getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was verified cannot be read", e);
        }
    }

    private static @Nullable X509Certificate own(RequestHead head) {
        List<X509Certificate> chain = head.clientCertificates();
        return chain.isEmpty() ? null : chain.getFirst();
    }
}
