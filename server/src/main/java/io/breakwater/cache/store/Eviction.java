package io.breakwater.cache.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Which object of a file is to go next: S3-FIFO (Yang and others, SOSP 2023), counted in blocks.
/// New objects go through a small queue and are kept only when they are asked for while they are in
/// it or soon after they have left it; those that are kept wait in the main queue and get another
/// round for each time that they were asked for. A hit touches no queue, only [Pins].
///
/// Queues are lists linked through 9 bytes per block. Under the lock of the index.
final class Eviction {
    private static final int NONE = 0;
    private static final int SMALL_SHARE = 10;
    private static final byte IN_SMALL = 1;
    private static final byte IN_MAIN = 2;

    private final Pins pins;
    private final int blocks;
    private final MemorySegment next;
    private final MemorySegment previous;
    private final MemorySegment queue;
    private final Ghost ghost;
    private final Queue small = new Queue(IN_SMALL);
    private final Queue main = new Queue(IN_MAIN);

    /// @param blocks how many blocks the file has
    /// @param pins who uses them, and how often
    Eviction(int blocks, Pins pins) {
        this.blocks = blocks;
        this.pins = pins;
        next = OffHeap.allocate(blocks * (long) Integer.BYTES);
        previous = OffHeap.allocate(blocks * (long) Integer.BYTES);
        queue = OffHeap.allocate(blocks);
        ghost = new Ghost(blocks);
    }

    long memoryBytes() {
        return next.byteSize() + previous.byteSize() + queue.byteSize() + ghost.memoryBytes();
    }

    int objects() {
        return small.objects + main.objects;
    }

    /// Adds a new object.
    ///
    /// @param block its first block
    /// @param size how many blocks it has
    /// @param fingerprint of its key
    void add(int block, int size, int fingerprint) {
        boolean known = ghost.take(fingerprint, Math.max(main.objects, blocks / SMALL_SHARE));
        (known ? main : small).addFirst(block, size);
    }

    /// Adds an object of an earlier process, which had been there for a while.
    void addOld(int block, int size) {
        main.addFirst(block, size);
    }

    /// Takes an object out that is to go for another reason.
    void remove(int block, int size) {
        queueOf(block).unlink(block, size);
    }

    /// Puts an object into the queue of another, which is taken out.
    void replace(int old, int oldSize, int block, int size) {
        Queue in = queueOf(old);
        in.unlink(old, oldSize);
        in.addFirst(block, size);
    }

    /// The object that is to go next; it stays until [#evicted] or [#remove].
    ///
    /// @param sizes tells how many blocks an object has
    /// @return its first block, or 0 when there is none that nobody uses
    int victim(Sizes sizes) {
        // Each object is moved at most once for each use and once from the small to the main queue;
        // pinned ones could go round for ever.
        long patience = (Pins.MAX_FREQUENCY + 2L) * objects() + 1;
        while (patience-- > 0) {
            int block;
            if (small.objects > 0 && (main.objects == 0 || small.size > blocks / SMALL_SHARE)) {
                block = small.last;
                if (pins.frequency(block) < 2 && !pins.isPinned(block)) return block;
                int size = sizes.of(block);
                small.unlink(block, size);
                pins.setFrequency(block, 0);
                main.addFirst(block, size);
            } else if (main.objects > 0) {
                block = main.last;
                int frequency = pins.frequency(block);
                if (frequency == 0 && !pins.isPinned(block)) return block;
                if (frequency > 0) pins.setFrequency(block, frequency - 1);
                int size = sizes.of(block);
                main.unlink(block, size);
                main.addFirst(block, size);
            } else {
                return NONE;
            }
        }
        return NONE;
    }

    /// Takes a victim out, and remembers it when it was new.
    void evicted(int block, int size, int fingerprint) {
        Queue in = queueOf(block);
        if (in == small) ghost.add(fingerprint);
        in.unlink(block, size);
    }

    private Queue queueOf(int block) {
        return switch (queue.get(ValueLayout.JAVA_BYTE, block)) {
            case IN_SMALL -> small;
            case IN_MAIN -> main;
            default -> throw new IllegalStateException("block " + block + " is in no queue");
        };
    }

    /// Tells sizes of objects.
    interface Sizes {
        /// How many blocks the object has that begins with this one.
        int of(int block);
    }

    /// Objects from the newest, `first`, to the oldest, `last`.
    private final class Queue {
        private final byte mark;
        private int first;
        private int last;
        private int objects;
        private int size;

        Queue(byte mark) {
            this.mark = mark;
        }

        void addFirst(int block, int blocksOfIt) {
            queue.set(ValueLayout.JAVA_BYTE, block, mark);
            link(next, block, first);
            link(previous, block, NONE);
            if (first == NONE) last = block;
            else link(previous, first, block);
            first = block;
            objects++;
            size += blocksOfIt;
        }

        void unlink(int block, int blocksOfIt) {
            queue.set(ValueLayout.JAVA_BYTE, block, (byte) 0);
            int after = next.getAtIndex(ValueLayout.JAVA_INT, block);
            int before = previous.getAtIndex(ValueLayout.JAVA_INT, block);
            if (before == NONE) first = after;
            else link(next, before, after);
            if (after == NONE) last = before;
            else link(previous, after, before);
            objects--;
            size -= blocksOfIt;
        }

        private static void link(MemorySegment links, int block, int to) {
            links.setAtIndex(ValueLayout.JAVA_INT, block, to);
        }
    }
}
