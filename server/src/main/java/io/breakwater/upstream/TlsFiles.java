package io.breakwater.upstream;

import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.TlsConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.tls.Identity;
import io.breakwater.tls.PemReader;
import io.breakwater.upstream.transport.NodeTls;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what an upstream's TLS goes by, from the configuration and the files that it names. Blocks
/// on files.
public final class TlsFiles {
    private TlsFiles() {}

    /// Reads.
    ///
    /// @param upstream whose TLS
    /// @param problems gets everything that is wrong
    /// @return null without TLS, or when something is wrong
    public static @Nullable NodeTls read(UpstreamConfig upstream, List<Problem> problems) {
        TlsConfig config = upstream.tls();
        if (!config.on()) return null;
        PemReader pem = new PemReader(Kind.UPSTREAM.key() + "/" + upstream.name(), problems);
        int before = problems.size();
        List<X509Certificate> authorities = pem.certificates("ca", config.ca());
        Identity identity =
                pem.identity("client-cert", config.clientCert(), "client-key", config.clientKey());
        if (problems.size() > before) return null;
        try {
            return new NodeTls(
                    config.sni(), new NodeTls.Trust(config.verify(), authorities), identity);
        } catch (GeneralSecurityException e) {
            pem.problem("tls", "on", "certificates that can be used", e);
            return null;
        }
    }
}
