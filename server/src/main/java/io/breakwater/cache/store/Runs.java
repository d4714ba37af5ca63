package io.breakwater.cache.store;

import java.util.Arrays;

/// The runs of blocks that an object has so far, in their order. Changed by one thread and read by
/// any: what was there stays as it was.
final class Runs {
    private volatile long[] runs = {};
    private int blocks;

    int count() {
        return runs.length;
    }

    long get(int index) {
        return runs[index];
    }

    /// How many blocks they have; the changing thread's.
    int blocks() {
        return blocks;
    }

    int first() {
        return Run.start(runs[0]);
    }

    void add(long run) {
        long[] old = runs;
        long[] next;
        long last = old.length == 0 ? Run.NONE : old[old.length - 1];
        if (old.length > 0 && Run.end(last) == Run.start(run)) {
            next = old.clone();
            next[old.length - 1] = Run.of(Run.start(last), Run.length(last) + Run.length(run));
        } else {
            next = Arrays.copyOf(old, old.length + 1);
            next[old.length] = run;
        }
        blocks += Run.length(run);
        runs = next;
    }

    /// Gives what is behind so many blocks back.
    void trim(int keep, Allocator allocator) {
        long[] old = runs.clone();
        int count = old.length;
        while (blocks > keep) {
            long last = old[count - 1];
            int excess = Math.min(blocks - keep, Run.length(last));
            int kept = Run.length(last) - excess;
            allocator.free(Run.of(Run.start(last) + kept, excess));
            blocks -= excess;
            if (kept == 0) count--;
            else old[count - 1] = Run.of(Run.start(last), kept);
        }
        runs = Arrays.copyOf(old, count);
    }

    /// Where bytes are.
    ///
    /// @param position from the beginning of the first block
    /// @param to where they end at most, exclusive
    /// @param blockBytes bytes of a block
    /// @return the offset in the file and how many bytes lie together there
    Piece piece(long position, long to, int blockBytes) {
        long begin = 0;
        for (long run : runs) {
            long end = begin + Run.length(run) * (long) blockBytes;
            if (position < end) {
                long offset = Run.start(run) * (long) blockBytes + position - begin;
                return new Piece(offset, Math.min(to, end) - position);
            }
            begin = end;
        }
        throw new IndexOutOfBoundsException("position " + position);
    }

    /// Bytes that lie together.
    record Piece(long offset, long bytes) {}
}
