package io.breakwater.cache.store;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The mapped file of an index: a page of its own, then the slots, then the checksums. Locked while
/// it is open, so that no other process uses the same block file.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 8 | `BWINDEX1` |
/// | 8 | 4 | bytes of a block |
/// | 12 | 4 | number of blocks |
/// | 16 | 8 | number of the store, as in its journal |
/// | 24 | 8 | checksum of the bytes before |
/// | 32 | 8 | purges up to this sequence are carried out in this file |
/// | 4096 | 64 each | slots, see [Slots] |
/// | behind | 4 each | CRC32C of the body's bytes in each block |
final class IndexFile implements AutoCloseable {
    private static final long MAGIC = 0x3158_4544_4E49_5742L;
    private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
    private static final int HEADER_BYTES = 4096;
    private static final int PIECE_BYTES = 1 << 20;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final FileChannel file;
    private final FileLock lock;
    private final MemorySegment map;
    private final int blocks;
    private final boolean kept;

    private IndexFile(
            FileChannel file, FileLock lock, MemorySegment map, int blocks, boolean kept) {
        this.file = file;
        this.lock = lock;
        this.map = map;
        this.blocks = blocks;
        this.kept = kept;
    }

    /// Opens or makes an index.
    ///
    /// @param path the file
    /// @param blockBytes bytes of a block
    /// @param blocks how many there are
    /// @param store the number of the store
    /// @param retired purges up to this sequence are forgotten by the store
    /// @throws IOException when it cannot be made, or is in use
    static IndexFile open(Path path, int blockBytes, int blocks, long store, long retired)
            throws IOException {
        FileChannel file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = lock(file);
            long bytes = HEADER_BYTES + blocks * (long) (Slots.BYTES + Integer.BYTES);
            boolean whole = file.size() == bytes;
            if (whole) readAll(file);
            else if (file.size() > 0) LOG.warn("{}: of another size, begins empty", path);
            if (!whole) file.truncate(0);
            Preallocation.reserve(path, file, bytes);
            MemorySegment map = map(file, bytes);
            boolean kept = whole && isOf(map, blockBytes, blocks, store, retired);
            if (whole && !kept) {
                LOG.warn("{}: of another store, or has missed purges, begins empty", path);
                // Zeros by a new file, not by writing: the old pages need not even be read.
                file.truncate(0);
                Preallocation.reserve(path, file, bytes);
                map = map(file, bytes);
            }
            if (!kept) writeHeader(map, blockBytes, blocks, store, retired);
            return new IndexFile(file, lock, map, blocks, kept);
        } catch (IOException | RuntimeException | Error e) {
            close(file, lock);
            throw e;
        }
    }

    /// Has all of it in memory before it is mapped: what cannot be read is told here, by an
    /// exception that comes where it belongs.
    private static void readAll(FileChannel file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (long at = 0; at < file.size(); at += piece.position()) {
            piece.clear();
            if (file.read(piece, at) <= 0) throw new EOFException("the index ends at " + at);
        }
    }

    private static FileLock lock(FileChannel file) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) throw new IOException("its index is in use by another process or store");
        return lock;
    }

    private static MemorySegment map(FileChannel file, long bytes) throws IOException {
        return file.map(MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
    }

    /// Whether what is there is of this store and has not missed a purge.
    private static boolean isOf(
            MemorySegment map, int blockBytes, int blocks, long store, long retired) {
        return map.get(LONG, 0) == MAGIC
                && map.get(INT, 8) == blockBytes
                && map.get(INT, 12) == blocks
                && map.get(LONG, 16) == store
                && map.get(LONG, 24) == checksum(map)
                && map.get(LONG, 32) >= retired;
    }

    private static void writeHeader(
            MemorySegment map, int blockBytes, int blocks, long store, long retired) {
        map.set(LONG, 0, MAGIC);
        map.set(INT, 8, blockBytes);
        map.set(INT, 12, blocks);
        map.set(LONG, 16, store);
        map.set(LONG, 32, retired);
        map.set(LONG, 24, checksum(map));
    }

    private static long checksum(MemorySegment map) {
        long hash = 0;
        for (int offset = 0; offset < 24; offset += 8)
            hash = Hashes.chain(hash, map.get(LONG, offset));
        return Hashes.mix(hash);
    }

    /// Whether there was an index that may be trusted, slot by slot.
    boolean isKept() {
        return kept;
    }

    Slots slots() {
        long slots = blocks * (long) Slots.BYTES;
        return new Slots(
                map.asSlice(HEADER_BYTES, slots),
                map.asSlice(HEADER_BYTES + slots, blocks * (long) Integer.BYTES),
                blocks);
    }

    long memoryBytes() {
        return map.byteSize();
    }

    /// Notes that purges up to a sequence are carried out, with all that was changed before on the
    /// disk. Blocks.
    void carriedOut(long sequence) {
        map.force();
        map.set(LONG, 32, sequence);
        map.asSlice(0, HEADER_BYTES).force();
    }

    @Override
    public void close() throws IOException {
        close(file, lock);
    }

    private static void close(FileChannel file, @Nullable FileLock lock) throws IOException {
        if (lock != null) lock.close();
        file.close();
    }
}
