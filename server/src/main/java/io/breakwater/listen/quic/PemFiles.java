package io.breakwater.listen.quic;

import io.breakwater.tls.Identity;
import io.breakwater.tls.PemText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The certificate of a port and its key, as files that the native library reads for each
/// connection that begins. In a folder that only this user may enter, readable by this user only.
final class PemFiles {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private Identity shown;
    private @Nullable Coming coming;
    private @Nullable Pair before;
    private volatile Pair current;
    private int written;

    /// Two files.
    ///
    /// @param certificate and those of its authorities
    /// @param key of the certificate
    record Pair(String certificate, String key) {}

    private record Coming(Identity identity, Pair pair) {}

    /// Writes the first pair. Blocks on files.
    ///
    /// @param library gives the folder
    /// @param identity certificate and key
    PemFiles(QuicLibrary library, Identity identity) throws IOException {
        this.folder = library.privateFolder("keys-");
        this.current = write(identity);
        this.shown = identity;
    }

    /// What a connection that begins goes by. Any thread.
    Pair current() {
        return current;
    }

    /// Writes another certificate, which is not shown yet. One thread at a time; blocks on files.
    ///
    /// @param identity certificate and key
    /// @throws IOException when they cannot be written; then nothing changes
    @SuppressWarnings("ReferenceEquality") // it is read anew whenever it changes
    void prepare(Identity identity) throws IOException {
        forget();
        if (identity == shown) return;
        coming = new Coming(identity, write(identity));
    }

    /// Shows what was prepared, if anything was. Blocks on files.
    void commit() throws IOException {
        Coming next = coming;
        if (next == null) return;
        coming = null;
        Pair old = before;
        before = current;
        current = next.pair();
        shown = next.identity();
        // The pair before this one may be being read right now; the one before that is not.
        if (old != null) delete(old);
    }

    /// Drops what was prepared.
    void forget() throws IOException {
        Coming next = coming;
        coming = null;
        if (next != null) delete(next.pair());
    }

    private static void delete(Pair pair) throws IOException {
        Files.deleteIfExists(Path.of(pair.certificate()));
        Files.deleteIfExists(Path.of(pair.key()));
    }

    private Pair write(Identity identity) throws IOException {
        int number = ++written;
        try {
            return new Pair(
                    write(number + ".pem", PemText.of(identity.chain())),
                    write(number + ".key", PemText.of(identity.key())));
        } catch (CertificateEncodingException e) {
            throw new IOException("a certificate that cannot be written", e);
        }
    }

    private String write(String name, String text) throws IOException {
        Path file = Files.createFile(folder.resolve(name), PRIVATE);
        Files.writeString(file, text);
        return file.toString();
    }

    /// Removes all of them. Blocks on files.
    void remove() throws IOException {
        QuicLibrary.remove(folder);
    }
}
