package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.store.Purges.Entry;
import io.breakwater.cache.store.Scope.Strength;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that purges are written to before they are acknowledged. Purges that are carried out in
/// every block file are left out when it is written anew. A journal that is lost or damaged is
/// begun again with another number, and block files that were made with the old one are emptied:
/// nobody could tell what had been purged.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 8 | `BWPURGE1` |
/// | 8 | 8 | number of the store, at random |
/// | 16 | 8 | purges up to this sequence are carried out and forgotten |
/// | 24 | 8 | checksum of the bytes before |
/// | 32 | | records |
///
/// | offset | bytes | meaning in a record |
/// |---|---|---|
/// | 0 | 4 | bytes of the text |
/// | 4 | 4 | CRC32C of the rest and of the length |
/// | 8 | 8 | sequence |
/// | 16 | 1 | scope: 1 URL, 2 prefix, 3 host, 4 tag, 5 all |
/// | 17 | 1 | 0 soft, 1 hard |
/// | 18 | | text, UTF-8 |
final class PurgeJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PurgeJournal.class);
    private static final long MAGIC = 0x3145_4752_5550_5742L;
    private static final int HEADER_BYTES = 32;
    private static final int RECORD_BYTES = 18;

    private final Path path;
    private final long store;
    private final List<Entry> replayed;

    /// Held while records are written or the file is replaced; before the lock of the index.
    private final ReentrantLock lock = new ReentrantLock();

    /// Held while the file is synced, by one for all that wrote before; before [#lock].
    private final ReentrantLock syncing = new ReentrantLock();

    @GuardedBy("lock")
    private FileChannel file;

    @GuardedBy("lock")
    private long retired;

    @GuardedBy("lock")
    private long appended;

    @GuardedBy("syncing")
    private long synced;

    private PurgeJournal(Path path, FileChannel file, Content content) {
        this.path = path;
        this.file = file;
        store = content.store;
        retired = content.retired;
        replayed = content.entries;
    }

    private record Content(long store, long retired, List<Entry> entries, long bytes) {}

    /// Opens a journal, or begins one.
    ///
    /// @throws IOException when it can be neither read nor made
    static PurgeJournal open(Path path) throws IOException {
        Content content = Files.exists(path) ? read(path) : null;
        if (content == null) {
            content = new Content(new SecureRandom().nextLong(), 0, List.of(), HEADER_BYTES);
            write(path, content.store, 0, List.of());
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
        try {
            // What was written of a record whose purge was never acknowledged.
            file.truncate(content.bytes);
            file.position(content.bytes);
            return new PurgeJournal(path, file, content);
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /// The number of the store.
    long store() {
        return store;
    }

    /// Purges up to this sequence are forgotten.
    long retired() {
        lock.lock();
        try {
            return retired;
        } finally {
            lock.unlock();
        }
    }

    /// The purges that were there when it was opened, oldest first.
    List<Entry> replayed() {
        return replayed;
    }

    /// Writes a purge and waits until it is on the disk. Blocks.
    ///
    /// @throws IOException when it is not sure to be
    void append(Entry entry) throws IOException {
        ByteBuffer record = encode(entry);
        long number;
        lock.lock();
        try {
            write(record);
            number = ++appended;
        } finally {
            lock.unlock();
        }
        syncing.lock();
        try {
            if (synced < number) sync();
        } finally {
            syncing.unlock();
        }
    }

    @GuardedBy("lock")
    private void write(ByteBuffer record) throws IOException {
        long begin = file.position();
        try {
            while (record.hasRemaining()) file.write(record);
        } catch (IOException e) {
            // Half a record in front of others would make all of them worth nothing.
            file.truncate(begin);
            throw e;
        }
    }

    @GuardedBy("syncing")
    private void sync() throws IOException {
        FileChannel current;
        long upTo;
        lock.lock();
        try {
            current = file;
            upTo = appended;
        } finally {
            lock.unlock();
        }
        current.force(false);
        synced = upTo;
    }

    /// Writes the file anew. Blocks.
    ///
    /// @param entries tells what is to be in it, under a lock under which nothing is added
    /// @param upTo purges up to this sequence are forgotten
    /// @throws IOException when that fails; then the file is as it was
    void rewrite(Supplier<List<Entry>> entries, long upTo) throws IOException {
        syncing.lock();
        lock.lock();
        try {
            write(path, store, upTo, entries.get());
            FileChannel next =
                    FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            file.close();
            file = next;
            retired = upTo;
            synced = appended;
        } finally {
            lock.unlock();
            syncing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            file.close();
        } finally {
            lock.unlock();
        }
    }

    private static void write(Path path, long store, long retired, List<Entry> entries)
            throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel file =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer header = buffer(HEADER_BYTES);
            header.putLong(MAGIC).putLong(store).putLong(retired);
            header.putLong(headerChecksum(store, retired)).flip();
            while (header.hasRemaining()) file.write(header);
            for (Entry entry : entries) {
                ByteBuffer record = encode(entry);
                while (record.hasRemaining()) file.write(record);
            }
            file.force(true);
        }
        Files.move(
                fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel entry = FileChannel.open(folder, StandardOpenOption.READ)) {
                entry.force(true);
            }
        }
    }

    /// What a journal says.
    ///
    /// @return null when it cannot be trusted
    private static @Nullable Content read(Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < HEADER_BYTES
                || bytes.getLong(0) != MAGIC
                || bytes.getLong(24) != headerChecksum(bytes.getLong(8), bytes.getLong(16))) {
            LOG.warn("{} is not a journal of purges: the cache begins empty", path);
            return null;
        }
        List<Entry> entries = new ArrayList<>();
        bytes.position(HEADER_BYTES);
        while (true) {
            int begin = bytes.position();
            Entry entry = decode(bytes);
            if (entry == null) {
                if (!isTorn(bytes, begin)) {
                    LOG.warn("{} is damaged at byte {}: the cache begins empty", path, begin);
                    return null;
                }
                return new Content(bytes.getLong(8), bytes.getLong(16), entries, begin);
            }
            entries.add(entry);
        }
    }

    /// Whether what is left is at most one record, which was being written when the end came.
    private static boolean isTorn(ByteBuffer bytes, int begin) {
        int left = bytes.limit() - begin;
        return left < RECORD_BYTES || left <= RECORD_BYTES + (long) bytes.getInt(begin);
    }

    private static @Nullable Entry decode(ByteBuffer bytes) {
        int begin = bytes.position();
        if (bytes.remaining() < RECORD_BYTES) return null;
        int length = bytes.getInt(begin);
        if (length < 0 || length > bytes.remaining() - RECORD_BYTES) return null;
        if (bytes.getInt(begin + 4) != checksum(bytes, begin, length)) return null;
        byte[] text = new byte[length];
        bytes.get(begin + RECORD_BYTES, text);
        Scope scope = scope(bytes.get(begin + 16), new String(text, StandardCharsets.UTF_8));
        if (scope == null) return null;
        bytes.position(begin + RECORD_BYTES + length);
        return new Entry(
                bytes.getLong(begin + 8),
                scope,
                bytes.get(begin + 17) == 1 ? Strength.HARD : Strength.SOFT);
    }

    private static ByteBuffer encode(Entry entry) {
        String name =
                switch (entry.scope()) {
                    case Scope.Url(String url) -> url;
                    case Scope.Prefix(String prefix) -> prefix;
                    case Scope.Host(String host) -> host;
                    case Scope.Tag(String tag) -> tag;
                    case Scope.All() -> "";
                };
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = buffer(RECORD_BYTES + text.length);
        record.putInt(0, text.length).putLong(8, entry.sequence());
        record.put(16, kind(entry.scope()));
        record.put(17, (byte) (entry.strength() == Strength.HARD ? 1 : 0));
        record.put(RECORD_BYTES, text);
        return record.putInt(4, checksum(record, 0, text.length));
    }

    private static byte kind(Scope scope) {
        return switch (scope) {
            case Scope.Url ignored -> 1;
            case Scope.Prefix ignored -> 2;
            case Scope.Host ignored -> 3;
            case Scope.Tag ignored -> 4;
            case Scope.All ignored -> 5;
        };
    }

    private static @Nullable Scope scope(byte kind, String text) {
        return switch (kind) {
            case 1 -> new Scope.Url(text);
            case 2 -> new Scope.Prefix(text);
            case 3 -> new Scope.Host(text);
            case 4 -> new Scope.Tag(text);
            case 5 -> new Scope.All();
            default -> null;
        };
    }

    private static int checksum(ByteBuffer bytes, int begin, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate().limit(begin + 4).position(begin));
        sum.update(bytes.duplicate().limit(begin + RECORD_BYTES + length).position(begin + 8));
        return (int) sum.getValue();
    }

    private static long headerChecksum(long store, long retired) {
        return Hashes.mix(Hashes.chain(Hashes.chain(MAGIC, store), retired));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
