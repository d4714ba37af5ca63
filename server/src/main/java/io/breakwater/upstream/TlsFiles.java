package io.breakwater.upstream;

import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.TlsConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.tls.Identity;
import io.breakwater.tls.Pem;
import io.breakwater.upstream.transport.NodeTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what an upstream's TLS goes by, from the configuration and the files that it names. Blocks
/// on files.
public final class TlsFiles {
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final String object;
    private final List<Problem> problems;

    private TlsFiles(String object, List<Problem> problems) {
        this.object = object;
        this.problems = problems;
    }

    /// Reads.
    ///
    /// @param upstream whose TLS
    /// @param problems gets everything that is wrong
    /// @return null without TLS, or when something is wrong
    public static @Nullable NodeTls read(UpstreamConfig upstream, List<Problem> problems) {
        TlsConfig config = upstream.tls();
        if (!config.on()) return null;
        return new TlsFiles(Kind.UPSTREAM.key() + "/" + upstream.name(), problems).read(config);
    }

    private @Nullable NodeTls read(TlsConfig config) {
        int before = problems.size();
        List<X509Certificate> authorities = certificates("ca", config.ca());
        Identity identity = identity(config);
        if (problems.size() > before) return null;
        try {
            return new NodeTls(
                    config.sni(), new NodeTls.Trust(config.verify(), authorities), identity);
        } catch (GeneralSecurityException e) {
            problem("tls", "on", "certificates that can be used", e);
            return null;
        }
    }

    private @Nullable Identity identity(TlsConfig config) {
        if (config.clientCert() == null || config.clientKey() == null) return null;
        List<X509Certificate> chain = certificates("client-cert", config.clientCert());
        PrivateKey key = key(config.clientKey());
        if (chain.isEmpty() || key == null) return null;
        Identity identity = new Identity(chain, key);
        try {
            identity.check();
        } catch (GeneralSecurityException e) {
            problem("client-key", shown(config.clientKey()), "the key of client-cert", e);
        }
        return identity;
    }

    private List<X509Certificate> certificates(String key, @Nullable String written) {
        String text = text(key, written);
        if (written == null || text == null) return List.of();
        try {
            return Pem.certificates(text);
        } catch (GeneralSecurityException e) {
            problem(key, shown(written), "certificates in PEM form", e);
            return List.of();
        }
    }

    private @Nullable PrivateKey key(String written) {
        String text = text("client-key", written);
        if (text == null) return null;
        try {
            return Pem.privateKey(text);
        } catch (GeneralSecurityException e) {
            problem("client-key", shown(written), "a private key in PEM form", e);
            return null;
        }
    }

    private @Nullable String text(String key, @Nullable String written) {
        if (written == null || Pem.isPem(written)) return written;
        try {
            Path file = Path.of(written);
            if (Files.size(file) > MOST_BYTES) throw new IOException("it is too large");
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException | RuntimeException e) {
            problem(key, written, "PEM text or a file that can be read", e);
            return null;
        }
    }

    private static String shown(String written) {
        return Pem.isPem(written) ? "PEM text" : written;
    }

    private void problem(String key, String value, String expected, Exception why) {
        String reason =
                switch (why) {
                    case NoSuchFileException missing -> "there is no such file";
                    case AccessDeniedException denied -> "it may not be read";
                    default -> String.valueOf(why.getMessage());
                };
        problems.add(new Problem(object, key, value, expected + ": " + reason));
    }
}
