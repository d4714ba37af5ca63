package io.breakwater.cache.store;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index of a block file: all of it is in memory, where it is read and changed, and what was
/// changed is written to a file behind it. Not mapped: a page that a disk cannot read any more must
/// not end the process, and a slow one not hold up who looks something up. Locked while it is open,
/// so that no other process uses the same block file.
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
    private final MemorySegment memory;
    private final Dirty dirty;
    private final int blocks;
    private final boolean kept;
    private final ReentrantLock flushing = new ReentrantLock();

    private IndexFile(
            FileChannel file, FileLock lock, MemorySegment memory, int blocks, boolean kept) {
        this.file = file;
        this.lock = lock;
        this.memory = memory;
        this.blocks = blocks;
        this.kept = kept;
        dirty = new Dirty(memory.byteSize());
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
            MemorySegment memory = OffHeap.allocate(bytes);
            boolean whole = file.size() == bytes;
            if (whole) transfer(memory, 0, bytes, file::read);
            boolean kept = whole && isOf(memory, blockBytes, blocks, store, retired);
            if (!kept) {
                if (file.size() > 0)
                    LOG.warn("{}: of another size or store, or has missed purges: emptied", path);
                file.truncate(0);
                memory.fill((byte) 0);
                Preallocation.reserve(path, file, bytes);
                writeHeader(memory, blockBytes, blocks, store, retired);
                transfer(memory, 0, HEADER_BYTES, file::write);
            }
            return new IndexFile(file, lock, memory, blocks, kept);
        } catch (IOException | RuntimeException | Error e) {
            close(file, lock);
            throw e;
        }
    }

    private interface Mover {
        int move(ByteBuffer piece, long at) throws IOException;
    }

    /// Reads or writes a part, all of it.
    private static void transfer(MemorySegment memory, long from, long length, Mover mover)
            throws IOException {
        for (long at = from; at < from + length; ) {
            int piece = (int) Math.min(PIECE_BYTES, from + length - at);
            int moved = mover.move(memory.asSlice(at, piece).asByteBuffer(), at);
            if (moved <= 0) throw new EOFException("the index ends at " + at);
            at += moved;
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

    /// Whether what is there is of this store and has not missed a purge.
    private static boolean isOf(
            MemorySegment memory, int blockBytes, int blocks, long store, long retired) {
        return memory.get(LONG, 0) == MAGIC
                && memory.get(INT, 8) == blockBytes
                && memory.get(INT, 12) == blocks
                && memory.get(LONG, 16) == store
                && memory.get(LONG, 24) == checksum(memory)
                && memory.get(LONG, 32) >= retired;
    }

    private static void writeHeader(
            MemorySegment memory, int blockBytes, int blocks, long store, long retired) {
        memory.set(LONG, 0, MAGIC);
        memory.set(INT, 8, blockBytes);
        memory.set(INT, 12, blocks);
        memory.set(LONG, 16, store);
        memory.set(LONG, 32, retired);
        memory.set(LONG, 24, checksum(memory));
    }

    private static long checksum(MemorySegment memory) {
        long hash = 0;
        for (int offset = 0; offset < 24; offset += 8)
            hash = Hashes.chain(hash, memory.get(LONG, offset));
        return Hashes.mix(hash);
    }

    /// Whether there was an index that may be trusted, slot by slot.
    boolean isKept() {
        return kept;
    }

    Slots slots() {
        return new Slots(memory, HEADER_BYTES, blocks, dirty);
    }

    long memoryBytes() {
        return memory.byteSize() + dirty.memoryBytes();
    }

    /// Writes what was changed. The system has it then, so it outlives this process. Blocks.
    ///
    /// @throws IOException when a part cannot be written; it is tried again the next time
    void flush() throws IOException {
        flushing.lock();
        try {
            dirty.drain((offset, length) -> transfer(memory, offset, length, file::write));
        } finally {
            flushing.unlock();
        }
    }

    /// Notes that purges up to a sequence are carried out, with all that was changed before on the
    /// disk. Blocks.
    ///
    /// @throws IOException when that is not sure
    void carriedOut(long sequence) throws IOException {
        flush();
        file.force(false);
        memory.set(LONG, 32, sequence);
        transfer(memory, 0, HEADER_BYTES, file::write);
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        try {
            flush();
        } finally {
            close(file, lock);
        }
    }

    private static void close(FileChannel file, @Nullable FileLock lock) throws IOException {
        if (lock != null) lock.close();
        file.close();
    }
}
