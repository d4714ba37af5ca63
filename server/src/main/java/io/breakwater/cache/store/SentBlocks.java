package io.breakwater.cache.store;

import java.util.concurrent.atomic.AtomicLongArray;

/// The blocks whose pages may be on their way to a client, outside of this process: a bit each. A
/// bit is set before the pages are sent and taken away when the block has got new pages. Any
/// thread.
final class SentBlocks {
    private final AtomicLongArray words;

    /// Makes a set.
    ///
    /// @param blocks how many blocks there are
    /// @param all whether all of them are in it: what a process before has sent is not known
    SentBlocks(int blocks, boolean all) {
        words = new AtomicLongArray((blocks + 63) / 64);
        for (int i = 0; all && i < words.length(); i++) words.setPlain(i, -1L);
    }

    long memoryBytes() {
        return words.length() * (long) Long.BYTES;
    }

    void add(int start, int length) {
        for (int block = start; block < start + length; ) {
            int upTo = Math.min(start + length, (block | 63) + 1);
            long mask = mask(block, upTo);
            if ((words.get(block >> 6) & mask) != mask)
                words.getAndUpdate(block >> 6, word -> word | mask);
            block = upTo;
        }
    }

    boolean hasAny(int start, int length) {
        for (int block = start; block < start + length; ) {
            int upTo = Math.min(start + length, (block | 63) + 1);
            if ((words.get(block >> 6) & mask(block, upTo)) != 0) return true;
            block = upTo;
        }
        return false;
    }

    void remove(int start, int length) {
        for (int block = start; block < start + length; ) {
            int upTo = Math.min(start + length, (block | 63) + 1);
            long mask = mask(block, upTo);
            words.getAndUpdate(block >> 6, word -> word & ~mask);
            block = upTo;
        }
    }

    private static long mask(int block, int upTo) {
        return -1L >>> (64 - (upTo - block)) << block;
    }
}
