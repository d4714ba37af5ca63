package io.breakwater.relay;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;

/// Tells nodes of the certificate that a client has shown (RFC 9440).
final class ClientCertificates {
    static final String CERT = "Client-Cert";
    static final String CHAIN = "Client-Cert-Chain";

    private ClientCertificates() {}

    /// Writes the fields.
    ///
    /// @param chain verified, its own first; nothing is written when it is empty
    static void write(List<X509Certificate> chain, HttpFields.Mutable to) {
        if (chain.isEmpty()) return;
        to.put(CERT, bytes(chain.getFirst()));
        to.remove(CHAIN);
        if (chain.size() == 1) return;
        List<String> rest = new ArrayList<>();
        for (X509Certificate each : chain.subList(1, chain.size())) rest.add(bytes(each));
        to.put(CHAIN, String.join(", ", rest));
    }

    /// A byte sequence (RFC 9651 §3.3.5).
    private static String bytes(X509Certificate certificate) {
        try {
            return ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was verified cannot be read", e);
        }
    }
}
