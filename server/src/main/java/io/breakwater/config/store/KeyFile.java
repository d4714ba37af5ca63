package io.breakwater.config.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of the sealing key: 32 random bytes as one line of base64, as `openssl rand -base64 32`
/// writes them.
final class KeyFile {
    private static final Logger log = LoggerFactory.getLogger(KeyFile.class);
    private static final int MOST_BYTES = 1024;
    private static final String EXPECTED =
            " (store.key-file) holds no key: 32 bytes in base64 are expected, as openssl rand"
                    + " -base64 32 makes them";

    private KeyFile() {}

    /// Reads the key, and makes it when there is no file.
    ///
    /// @throws StoreException when it can be neither read nor made
    static SealingKey readOrMake(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? read(file) : make(file);
    }

    /// Reads the key.
    ///
    /// @throws StoreException when there is none
    static SealingKey read(Path file) {
        byte[] bytes;
        try {
            if (Files.size(file) > MOST_BYTES) throw new StoreException(file + EXPECTED, null);
            bytes = Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            throw new StoreException(file + " (store.key-file) is not there", e);
        } catch (IOException e) {
            throw new StoreException("cannot read " + file + " (store.key-file): " + e, e);
        } catch (IllegalArgumentException e) {
            throw new StoreException(file + EXPECTED, e);
        }
        if (bytes.length != SealingKey.BYTES) throw new StoreException(file + EXPECTED, null);
        warnIfOpen(file);
        return new SealingKey(bytes);
    }

    private static SealingKey make(Path file) {
        byte[] bytes = new byte[SealingKey.BYTES];
        new SecureRandom().nextBytes(bytes);
        Path folder = file.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
            PrivateFiles.replace(file, Base64.getEncoder().encodeToString(bytes) + "\n");
            // Before anything is sealed with it, so that a power failure cannot take it away.
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw new StoreException(
                    "cannot make " + file + " (store.key-file): " + e + ": check its folder", e);
        }
        log.info("made {}: the store's secrets cannot be read without it", file);
        return new SealingKey(bytes);
    }

    private static void warnIfOpen(Path file) {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) return;
        try {
            String mode = PosixFilePermissions.toString(view.readAttributes().permissions());
            if (!mode.endsWith("---"))
                log.warn("{} has the mode {}: others can read it or replace it", file, mode);
        } catch (IOException e) {
            log.warn("cannot see the mode of {}", file, e);
        }
    }
}
