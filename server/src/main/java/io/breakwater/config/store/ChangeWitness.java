package io.breakwater.config.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many changes the store file beside it has acknowledged, and how long that file was. A
/// database file that lost its end opens without complaint at an older state; the witness is how
/// that is noticed. It is written after a commit is on disk and before the change is acknowledged,
/// so it is never ahead of a healthy store. Users are serialised by the store's write lock.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 8 | `BWCHGS` and the format version `01`, ASCII |
/// | 8 | 8 | number of changes, big-endian |
/// | 16 | 8 | length of the store file in bytes, big-endian; -1 while the database may change it |
/// | 24 | 4 | 1 when the store was closed with this length, 0 while it is open |
/// | 28 | 4 | CRC-32C of bytes 0 to 27, big-endian |
final class ChangeWitness implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChangeWitness.class);
    private static final long MAGIC = 0x4257434847533031L;
    private static final int SIZE_BYTES = 32;
    private static final long UNKNOWN = -1;

    private final Path file;
    private final Path data;
    private final FileChannel channel;

    private ChangeWitness(Path file, Path data, FileChannel channel) {
        this.file = file;
        this.data = data;
        this.channel = channel;
    }

    static ChangeWitness open(Path file, Path data) {
        try {
            return new ChangeWitness(file, data, PrivateFiles.open(file));
        } catch (IOException e) {
            throw new StoreException(
                    "cannot write " + file + " (" + e + "): check the folder's owner and space", e);
        }
    }

    /// A witness that is missing, torn by a power failure, or of another format says nothing.
    static Testimony read(Path file) {
        if (!Files.exists(file)) return Testimony.NONE;
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until full or at the end
            }
        } catch (IOException e) {
            throw new StoreException("cannot read " + file + ": " + e, e);
        }
        if (!bytes.hasRemaining()
                && bytes.getLong(0) == MAGIC
                && bytes.getInt(SIZE_BYTES - 4) == checksum(bytes))
            return new Testimony(bytes.getLong(8), bytes.getLong(16), bytes.getInt(24) == 1);
        log.warn("{} is not readable as a change witness and is ignored", file);
        return Testimony.NONE;
    }

    /// Before the database opens or closes the file, which may shorten it.
    void unsettled(long changes) {
        write(changes, UNKNOWN, 0);
    }

    void committed(long changes) {
        write(changes, length(), 0);
    }

    /// After the database has closed the file. When it turns out that it has not, its length is not
    /// final and the witness stays unsettled.
    void closed(long changes) {
        try (FileChannel free = FileChannel.open(data, StandardOpenOption.READ);
                FileLock lock = free.tryLock(0, Long.MAX_VALUE, true)) {
            if (lock != null) write(changes, length(), 1);
        } catch (IOException | OverlappingFileLockException e) {
            log.warn("{} is not closed yet", data, e);
        }
    }

    private long length() {
        try {
            return Files.size(data);
        } catch (IOException e) {
            log.warn("cannot see the length of {}", data, e);
            return UNKNOWN;
        }
    }

    private void write(long changes, long lengthBytes, int closed) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES);
        bytes.putLong(MAGIC).putLong(changes).putLong(lengthBytes).putInt(closed);
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

    /// What a witness says.
    record Testimony(long changes, long lengthBytes, boolean closed) {
        /// Nothing.
        static final Testimony NONE = new Testimony(0, UNKNOWN, false);

        /// Whether the file is not as the store left it.
        boolean otherThanClosed(long lengthNow) {
            return closed && lengthBytes != UNKNOWN && lengthNow != lengthBytes;
        }

        /// Whether the file is shorter than it was. A process that was killed while the database
        /// gave back space leaves such a file too, and that one is whole.
        boolean shorter(long lengthNow) {
            return lengthBytes != UNKNOWN && lengthNow < lengthBytes;
        }
    }
}
