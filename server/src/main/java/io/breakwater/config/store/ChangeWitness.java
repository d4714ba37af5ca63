package io.breakwater.config.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many changes the store file beside it has acknowledged. A database file that lost its end
/// opens without complaint at an older state; the witness is how that is noticed. It is written
/// after a commit is on disk and before the change is acknowledged, so it is never ahead of a
/// healthy store.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 8 | `BWCHGS` and the format version `01`, ASCII |
/// | 8 | 8 | number of changes, big-endian |
/// | 16 | 4 | CRC-32C of bytes 0 to 15, big-endian |
final class ChangeWitness implements AutoCloseable {
    /// What [#read] answers when there is no usable witness.
    static final long NONE = -1;

    private static final Logger log = LoggerFactory.getLogger(ChangeWitness.class);
    private static final long MAGIC = 0x4257434847533031L;
    private static final int SIZE_BYTES = 20;

    private final Path file;
    private final FileChannel channel;

    private ChangeWitness(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static ChangeWitness open(Path file) {
        try {
            return new ChangeWitness(file, PrivateFiles.open(file));
        } catch (IOException e) {
            throw new StoreException(
                    "cannot write " + file + " (" + e + "): check the folder's owner and space", e);
        }
    }

    /// A witness that is missing, torn by a power failure, or of another format says nothing.
    static long read(Path file) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until full or at the end
            }
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (IOException e) {
            throw new StoreException("cannot read " + file + ": " + e, e);
        }
        if (!bytes.hasRemaining()
                && bytes.getLong(0) == MAGIC
                && bytes.getInt(SIZE_BYTES - 4) == checksum(bytes)) return bytes.getLong(8);
        log.warn("{} is not readable as a change witness and is ignored", file);
        return NONE;
    }

    void write(long changes) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES).putLong(MAGIC).putLong(changes);
        bytes.putInt(checksum(bytes)).flip();
        try {
            channel.write(bytes, 0);
        } catch (IOException e) {
            // The change itself is committed: an older witness is weaker, never wrong.
            log.warn("cannot write {}", file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("cannot close {}", file, e);
        }
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(SIZE_BYTES - 4));
        return (int) crc.getValue();
    }

    static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
