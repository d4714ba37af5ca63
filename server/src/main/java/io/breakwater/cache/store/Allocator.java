package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;

/// Which blocks of a file are free: a bitmap, searched from where the last search ended, so that
/// what is written one after the other lies one after the other, is evicted together and leaves
/// long runs behind. Any thread; the lock is the last that is taken.
final class Allocator {
    /// How many runs a search looks at for one that is long enough.
    private static final int MOST_TRIED = 256;

    private final int blocks;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final long[] used;

    @GuardedBy("lock")
    private int cursor = 1;

    private volatile int free;

    /// @param blocks how many there are; block 0 is never given out
    Allocator(int blocks) {
        this.blocks = blocks;
        long[] words = new long[(blocks + 63) / 64];
        words[0] = 1;
        for (int bit = blocks; bit < words.length * 64; bit++) words[bit >> 6] |= 1L << bit;
        used = words;
        free = blocks - 1;
    }

    long memoryBytes() {
        return (blocks + 63) / 64 * (long) Long.BYTES;
    }

    int free() {
        return free;
    }

    /// Takes a run of blocks: as many as wanted when a search finds them, else the longest run that
    /// it saw.
    ///
    /// @param want how many, at least 1
    /// @param least how few will do
    /// @return the run, or [Run#NONE]
    long allocate(int want, int least) {
        lock.lock();
        try {
            long best = search(cursor, blocks, want, Run.NONE);
            if (Run.length(best) < want)
                best = search(1, Math.min(blocks, cursor + want), want, best);
            if (Run.length(best) < least) return Run.NONE;
            long run = Run.of(Run.start(best), Math.min(want, Run.length(best)));
            mark(run, true);
            cursor = Run.end(run) == blocks ? 1 : Run.end(run);
            return run;
        } finally {
            lock.unlock();
        }
    }

    /// Gives a run back.
    void free(long run) {
        lock.lock();
        try {
            mark(run, false);
        } finally {
            lock.unlock();
        }
    }

    /// Takes these very blocks.
    ///
    /// @return false when they are not all free, or not all in the file; then nothing is taken
    boolean claim(long run) {
        int start = Run.start(run);
        int length = Run.length(run);
        if (start < 1 || length < 1 || length > blocks - start) return false;
        lock.lock();
        try {
            if (nextUsed(start, start + length) < start + length) return false;
            mark(run, true);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private long search(int from, int to, int want, long bestSoFar) {
        long best = bestSoFar;
        int start = nextFree(from, to);
        for (int tried = 0; start < to && (tried < MOST_TRIED || best == Run.NONE); tried++) {
            int end = nextUsed(start, (int) Math.min(blocks, start + (long) want));
            if (end - start > Run.length(best)) best = Run.of(start, end - start);
            if (end - start >= want) break;
            start = nextFree(end, to);
        }
        return best;
    }

    @GuardedBy("lock")
    private int nextFree(int from, int to) {
        if (from >= to) return to;
        int index = from >> 6;
        long word = ~used[index] & (-1L << from);
        while (word == 0) {
            if (++index >= used.length) return to;
            word = ~used[index];
        }
        return Math.min(to, (index << 6) + Long.numberOfTrailingZeros(word));
    }

    @GuardedBy("lock")
    private int nextUsed(int from, int to) {
        int index = from >> 6;
        long word = used[index] & (-1L << from);
        while (word == 0) {
            if (++index >= used.length || index << 6 >= to) return to;
            word = used[index];
        }
        return Math.min(to, (index << 6) + Long.numberOfTrailingZeros(word));
    }

    @GuardedBy("lock")
    private void mark(long run, boolean taken) {
        int end = Run.end(run);
        for (int block = Run.start(run); block < end; ) {
            int upTo = Math.min(end, (block | 63) + 1);
            long mask = -1L >>> (64 - (upTo - block)) << block;
            long before = used[block >> 6];
            if ((before & mask) != (taken ? 0 : mask))
                throw new IllegalStateException("blocks %d to %d".formatted(block, upTo));
            used[block >> 6] = before ^ mask;
            block = upTo;
        }
        int length = Run.length(run);
        free = taken ? free - length : free + length;
    }
}
