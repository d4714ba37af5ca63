package io.breakwater.cache.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// An open block file with its index and all that is kept in memory about it.
final class Volume {
    private static final int SECOND_SHIFT = 30;

    /// In a row.
    private static final int MOST_FAILED_READS = 3;

    private final Path path;
    private final int base;
    private final int blockBytes;
    private final FileChannel file;
    private final BlockChannel channel;
    private final MemorySegment map;
    private final IndexFile index;
    private final Slots slots;
    private final Pins pins;
    private final Allocator allocator;
    private final Eviction eviction;
    private final Verified verified;
    private final Shapes shapes;
    private final SentBlocks sent;
    private final @Nullable PageExchange pages;
    private final @Nullable MappedFile sendable;

    /// By first block, when the beginning of the object was last seen in memory, in units of about
    /// a second; racy, as it is only a hint.
    private final MemorySegment seen;

    private final DiskThreads threads;
    private final Health health;
    private final Counts counts;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Queue<ByteBuffer> scratches = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<Integer, Heir> heirs = new ConcurrentHashMap<>();
    private final AtomicInteger writings = new AtomicInteger();
    private final AtomicInteger failedReads = new AtomicInteger();
    private volatile boolean broken;
    private volatile boolean recovered;

    private Volume(Opening opening, Health health, Counts counts, Files files) {
        path = opening.path;
        base = opening.base;
        blockBytes = opening.blockBytes;
        file = files.file;
        channel = files.channel;
        map = files.map;
        index = files.index;
        slots = index.slots();
        pins = new Pins(opening.blocks);
        allocator = new Allocator(opening.blocks);
        eviction = new Eviction(opening.blocks, pins);
        verified = new Verified(opening.blocks);
        shapes = new Shapes(opening.blocks);
        sent = new SentBlocks(opening.blocks, true);
        pages = PageExchange.open(path);
        sendable = pages == null ? null : new MappedFile(map, file, blockBytes, sent);
        seen = OffHeap.allocate(opening.blocks * (long) Integer.BYTES);
        threads = new DiskThreads(opening.number, opening.loaders);
        this.health = health;
        this.counts = counts;
    }

    /// What a file is opened with.
    ///
    /// @param path of the block file
    /// @param number of the file among those of the store
    /// @param base the reference of block 0
    /// @param blockBytes bytes of a block
    /// @param blocks how many there are
    /// @param loaders how many threads read
    /// @param store the number of the store
    /// @param retired purges up to this sequence are forgotten by the store
    record Opening(
            Path path,
            int number,
            int base,
            int blockBytes,
            int blocks,
            int loaders,
            long store,
            long retired) {}

    private record Files(
            FileChannel file, BlockChannel channel, MemorySegment map, IndexFile index) {}

    /// Who owns what an object had behind its head once the object has got a new first block.
    ///
    /// @param block the new first block
    /// @param headBlocks how many blocks are the old one's own
    record Heir(int block, int headBlocks) {}

    /// Opens the file and its index, or makes them. Blocks.
    ///
    /// @throws IOException when they can be neither opened nor made
    static Volume open(Opening opening, Health health, Counts counts, BlockChannel.Maker maker)
            throws IOException {
        Path indexPath = opening.path.resolveSibling(opening.path.getFileName() + ".index");
        IndexFile index =
                IndexFile.open(
                        indexPath,
                        opening.blockBytes,
                        opening.blocks,
                        opening.store,
                        opening.retired);
        FileChannel file = null;
        try {
            file =
                    FileChannel.open(
                            opening.path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            long bytes = opening.blocks * (long) opening.blockBytes;
            Preallocation.reserve(opening.path, file, bytes);
            MemorySegment map = file.map(MapMode.READ_ONLY, 0, bytes, Arena.ofAuto());
            return new Volume(opening, health, counts, new Files(file, maker.of(file), map, index));
        } catch (IOException | RuntimeException | Error e) {
            if (file != null) file.close();
            index.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    int reference(int block) {
        return base + block;
    }

    int block(int reference) {
        return reference - base;
    }

    boolean owns(int reference) {
        return reference >= base && reference - base < slots.blocks();
    }

    int blockBytes() {
        return blockBytes;
    }

    BlockChannel channel() {
        return channel;
    }

    IndexFile index() {
        return index;
    }

    Slots slots() {
        return slots;
    }

    Pins pins() {
        return pins;
    }

    Allocator allocator() {
        return allocator;
    }

    Eviction eviction() {
        return eviction;
    }

    Verified verified() {
        return verified;
    }

    /// The file as bodies are sent from it.
    ///
    /// @return null when they have to be copied
    @Nullable MappedFile sendable() {
        return sendable;
    }

    /// Makes blocks fit to be written: pages of theirs that are on their way to a client stay as
    /// they are. The thread that writes.
    ///
    /// @return false when they must not be written
    /// @throws IOException when the disk fails
    boolean renew(long run) throws IOException {
        if (pages == null) return true;
        int end = Run.end(run);
        int start = sent.next(Run.start(run), end);
        while (start < end) {
            int upTo = sent.last(start, end);
            long offset = offset(start);
            MemorySegment mapped = map.asSlice(offset, (upTo - start) * (long) blockBytes);
            if (!pages.renew(mapped, offset)) return false;
            sent.remove(start, upTo - start);
            start = sent.next(upTo, end);
        }
        return true;
    }

    Shapes shapes() {
        return shapes;
    }

    /// Writes the slot of an object that nobody can find yet, behind all that it refers to: what is
    /// in the file is whole at any moment, and of two objects with one key the older goes last.
    ///
    /// @throws IOException when it may not outlive this process
    void writeFirst(int block, Slots.First first) throws IOException {
        index.flush();
        slots.writeFirst(block, first);
        index.flush();
    }

    /// Lets the system have what was changed in the index, so that it outlives this process.
    /// Blocks.
    ///
    /// @return false when that failed; what was changed is tried again the next time
    boolean flushIndex() {
        try {
            index.flush();
            return true;
        } catch (IOException e) {
            writeFailed(e);
            return false;
        }
    }

    DiskThreads threads() {
        return threads;
    }

    Health health() {
        return health;
    }

    Counts counts() {
        return counts;
    }

    AtomicLong queuedBytes() {
        return queuedBytes;
    }

    /// Writings that have not let go of their blocks.
    AtomicInteger writings() {
        return writings;
    }

    /// Gives the file up: what is in memory may not be what is on the disk, so nothing is looked up
    /// or changed any more. It is opened anew when nobody uses it.
    void broke(Throwable why) {
        if (broken) return;
        broken = true;
        health.suspend("given up and opened anew: " + DiskWords.of(why));
    }

    /// Counts a write that failed, and has the file suspended when it goes on like this.
    void writeFailed(IOException why) {
        counts.writeErrors.increment();
        health.failed(DiskWords.of(why));
    }

    /// Counts a read that failed. A file that cannot be read is not written to either: who reads
    /// what is just being stored would have to break off.
    void readFailed(IOException why) {
        counts.readErrors.increment();
        if (failedReads.incrementAndGet() >= MOST_FAILED_READS)
            health.suspend("reading fails: " + DiskWords.of(why));
    }

    void readWorked() {
        if (failedReads.get() > 0) failedReads.set(0);
    }

    boolean isBroken() {
        return broken;
    }

    /// Its free blocks are known from now on.
    void recovered() {
        recovered = true;
    }

    boolean isRecovered() {
        return recovered;
    }

    /// Whether nobody reads or writes its blocks.
    boolean isUnused() {
        return writings.get() == 0 && pins.isNonePinned();
    }

    /// Buffers that loads have used and may use again.
    Queue<ByteBuffer> scratches() {
        return scratches;
    }

    /// What the index of this file takes: mapped and other memory.
    long memoryBytes() {
        return index.memoryBytes()
                + pins.memoryBytes()
                + allocator.memoryBytes()
                + eviction.memoryBytes()
                + verified.memoryBytes()
                + sent.memoryBytes()
                + shapes.memoryBytes()
                + seen.byteSize();
    }

    /// Where a block begins in the file.
    long offset(int block) {
        return block * (long) blockBytes;
    }

    /// A part of the mapped file as a buffer.
    ByteBuffer buffer(long offset, int length) {
        return map.asSlice(offset, length).asByteBuffer();
    }

    /// Whether touching a part of the mapped file waits for no disk, as far as can be told.
    boolean isResident(long offset, long length) {
        return map.asSlice(offset, length).isLoaded();
    }

    /// Whether blocks were all seen in memory a moment ago. Asking the system costs more than all
    /// else of a hit, and what was used within the last two seconds is the last that it takes out
    /// of memory.
    boolean wasResident(int start, int length) {
        int now = now();
        for (int block = start; block < start + length; block++) {
            int age = now - seen.getAtIndex(ValueLayout.JAVA_INT, block);
            if (age != 0 && age != 1) return false;
        }
        return true;
    }

    /// Notes that blocks are in memory, as far as something is stored in them.
    void noteResident(int start, int length) {
        setSeen(start, length, now());
    }

    /// Nothing is known any more of whether blocks are in memory.
    void doubtResident(int start, int length) {
        setSeen(start, length, now() - 2);
    }

    private void setSeen(int start, int length, int time) {
        for (int block = start; block < start + length; block++)
            seen.setAtIndex(ValueLayout.JAVA_INT, block, time);
    }

    private static int now() {
        return (int) (System.nanoTime() >> SECOND_SHIFT);
    }

    /// Lets a pin go, and the blocks with the last one.
    void unpin(int block) {
        if (pins.unpin(block) && !broken) free(block);
    }

    /// Notes that another first block takes over what an object has behind its head; before the old
    /// one's life ends.
    void inherit(int old, int block, int headBlocks) {
        if (!pins.pin(block)) throw new IllegalStateException("the heir is not live");
        heirs.put(old, new Heir(block, headBlocks));
    }

    /// Frees the blocks of an object that is neither live nor pinned.
    void free(int first) {
        Heir heir = heirs.remove(first);
        if (heir != null) {
            allocator.free(Run.of(first, heir.headBlocks));
            unpin(heir.block);
            return;
        }
        for (int block = first; block != 0; ) {
            // Once a run is free its slot may be another's.
            int next = slots.next(block);
            allocator.free(Run.of(block, slots.run(block)));
            block = next;
        }
    }

    /// Takes the blocks of an object that a recovery found.
    ///
    /// @return false when they are not all its own; then none is taken
    boolean claim(int first) {
        int block = first;
        boolean whole = slots.run(first) >= Slots.headBlocks(slots.word(first));
        while (whole && block != 0) {
            whole =
                    (block == first || isRunOf(block, slots.body(first)))
                            && allocator.claim(Run.of(block, slots.run(block)));
            if (whole) block = slots.next(block);
        }
        for (int claimed = first; !whole && claimed != block; claimed = slots.next(claimed))
            allocator.free(Run.of(claimed, slots.run(claimed)));
        return whole;
    }

    private boolean isRunOf(int block, long body) {
        return block > 0 && block < slots.blocks() && slots.isFurther(block, body);
    }

    /// Hash of the checksums of all blocks of an object.
    int sums(int first) {
        long hash = 0;
        for (int block = first; block != 0; block = slots.next(block)) {
            int end = block + slots.run(block);
            for (int each = block; each < end; each++)
                hash = Hashes.chain(hash, slots.checksum(each));
        }
        return (int) Hashes.mix(hash);
    }

    /// Closes the files; the threads must have ended.
    void close() throws IOException {
        if (!file.isOpen()) return;
        // Closed in the opposite order, each whatever becomes of the others.
        try (index;
                file;
                channel;
                pages) {}
    }
}
