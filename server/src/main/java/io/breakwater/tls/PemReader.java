package io.breakwater.tls;

import io.breakwater.config.Problem;
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

/// Reads the certificates and keys that fields of one object name, as PEM text or as the path of a
/// file with it, and says what is wrong with them. Blocks on files.
public final class PemReader {
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final String object;
    private final List<Problem> problems;

    /// Reads for an object.
    ///
    /// @param object the object's kind and name, as problems name it
    /// @param problems gets everything that is wrong
    public PemReader(String object, List<Problem> problems) {
        this.object = object;
        this.problems = problems;
    }

    /// Reads certificates.
    ///
    /// @param key the field
    /// @param written what stands there, null for nothing
    /// @return in the text's order; empty without any, or when something is wrong
    public List<X509Certificate> certificates(String key, @Nullable String written) {
        String text = text(key, written);
        if (written == null || text == null) return List.of();
        try {
            return Pem.certificates(text);
        } catch (GeneralSecurityException e) {
            problem(key, shown(written), "certificates in PEM form", e);
            return List.of();
        }
    }

    /// Reads a certificate with its key.
    ///
    /// @param certificateKey the field of the certificate
    /// @param certificate what stands there, null for nothing
    /// @param keyKey the field of the key
    /// @param key what stands there, null for nothing
    /// @return null without both, or when something is wrong
    public @Nullable Identity identity(
            String certificateKey,
            @Nullable String certificate,
            String keyKey,
            @Nullable String key) {
        if (certificate == null || key == null) return null;
        List<X509Certificate> chain = certificates(certificateKey, certificate);
        PrivateKey secret = privateKey(keyKey, key);
        if (chain.isEmpty() || secret == null) return null;
        Identity identity = new Identity(chain, secret);
        try {
            identity.check();
            return identity;
        } catch (GeneralSecurityException e) {
            problem(keyKey, shown(key), "the key of " + certificateKey, e);
            return null;
        }
    }

    private @Nullable PrivateKey privateKey(String key, String written) {
        String text = text(key, written);
        if (text == null) return null;
        try {
            return Pem.privateKey(text);
        } catch (GeneralSecurityException e) {
            problem(key, shown(written), "a private key in PEM form", e);
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

    /// Says what is wrong.
    ///
    /// @param key the field
    /// @param value what stands there, or what is wrong in it
    /// @param expected what is expected
    /// @param why what happened
    public void problem(String key, String value, String expected, Exception why) {
        String reason =
                switch (why) {
                    case NoSuchFileException missing -> "there is no such file";
                    case AccessDeniedException denied -> "it may not be read";
                    default -> String.valueOf(why.getMessage());
                };
        problems.add(new Problem(object, key, value, expected + ": " + reason));
    }
}
