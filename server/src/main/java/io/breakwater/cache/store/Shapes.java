package io.breakwater.cache.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Where the body of an object begins and how long it is, by first block, of those whose head was
/// written or checked by this process: so nobody has to touch a mapped page to know it. Set before
/// the block is [Verified]. Any thread.
final class Shapes {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
    private static final int LENGTH_BITS = 44;
    private static final long LENGTH_MASK = (1L << LENGTH_BITS) - 1;

    private final MemorySegment words;

    Shapes(int blocks) {
        words = OffHeap.allocate(blocks * (long) Long.BYTES);
    }

    long memoryBytes() {
        return words.byteSize();
    }

    /// Notes a shape.
    ///
    /// @param bodyOffset from the beginning of the first block, a multiple of 64, below 64 MB
    /// @param bodyLength bytes, below 16 TB
    void set(int first, int bodyOffset, long bodyLength) {
        long word = (long) (bodyOffset / HeadArea.ALIGNMENT) << LENGTH_BITS | bodyLength;
        WORD.setRelease(words, first * (long) Long.BYTES, word);
    }

    int bodyOffset(int first) {
        return (int) (get(first) >>> LENGTH_BITS) * HeadArea.ALIGNMENT;
    }

    long bodyLength(int first) {
        return get(first) & LENGTH_MASK;
    }

    private long get(int first) {
        return (long) WORD.getAcquire(words, first * (long) Long.BYTES);
    }
}
