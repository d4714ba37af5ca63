package io.breakwater.tls;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/// Writes certificates and keys in their PEM form (RFC 7468).
public final class PemText {
    private static final int LINE_CHARS = 64;

    private PemText() {}

    /// Writes certificates.
    ///
    /// @param chain in order
    /// @return a block for each
    /// @throws CertificateEncodingException when one cannot be written
    public static String of(List<X509Certificate> chain) throws CertificateEncodingException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : chain) text.append(block("CERTIFICATE", each.getEncoded()));
        return text.toString();
    }

    /// Writes a private key.
    ///
    /// @param key one that can be written
    /// @return PKCS #8, not encrypted
    public static String of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    private static String block(String label, byte[] der) {
        String base64 =
                Base64.getMimeEncoder(LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
