package io.breakwater.cache.store;

import java.util.concurrent.atomic.AtomicLongArray;

/// The blocks whose content was written or checked by this process: a bit each. A bit is set before
/// any reader can come upon the block, so it never has to be cleared. Any thread.
final class Verified {
    private final AtomicLongArray words;

    Verified(int blocks) {
        words = new AtomicLongArray((blocks + 63) / 64);
    }

    long memoryBytes() {
        return words.length() * (long) Long.BYTES;
    }

    void add(int start, int length) {
        for (int block = start; block < start + length; ) {
            int upTo = Math.min(start + length, (block | 63) + 1);
            long mask = -1L >>> (64 - (upTo - block)) << block;
            words.getAndUpdate(block >> 6, word -> word | mask);
            block = upTo;
        }
    }

    boolean has(int start, int length) {
        for (int block = start; block < start + length; ) {
            int upTo = Math.min(start + length, (block | 63) + 1);
            long mask = -1L >>> (64 - (upTo - block)) << block;
            if ((words.get(block >> 6) & mask) != mask) return false;
            block = upTo;
        }
        return true;
    }
}
