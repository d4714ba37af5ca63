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
            int upTo = upTo(block, start + length);
            long mask = mask(block, upTo);
            if ((words.get(block >> 6) & mask) != mask)
                words.getAndUpdate(block >> 6, word -> word | mask);
            block = upTo;
        }
    }

    /// The first block from which on there is one of the set among the next few: new pages cost so
    /// much that neighbours keep theirs, and a call so much that single blocks do not get theirs
    /// one by one.
    ///
    /// @param start where to look from
    /// @param end where to stop
    /// @return `end` when there is none
    int next(int start, int end) {
        int block = start;
        while (block < end && !hasAny(block, upTo(block, end))) block = upTo(block, end);
        return block;
    }

    /// Where what begins at [#next] ends.
    ///
    /// @param start what [#next] returned, before the end
    /// @param end where to stop
    /// @return after `start`, at most `end`
    int last(int start, int end) {
        int block = start;
        while (block < end && hasAny(block, upTo(block, end))) block = upTo(block, end);
        return block;
    }

    private boolean hasAny(int start, int upTo) {
        return (words.get(start >> 6) & mask(start, upTo)) != 0;
    }

    private static int upTo(int block, int end) {
        return Math.min(end, (block | 63) + 1);
    }

    void remove(int start, int length) {
        for (int block = start; block < start + length; ) {
            int upTo = upTo(block, start + length);
            long mask = mask(block, upTo);
            words.getAndUpdate(block >> 6, word -> word & ~mask);
            block = upTo;
        }
    }

    private static long mask(int block, int upTo) {
        return -1L >>> (64 - (upTo - block)) << block;
    }
}
