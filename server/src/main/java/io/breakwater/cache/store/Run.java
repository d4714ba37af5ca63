package io.breakwater.cache.store;

/// Neighbouring blocks of a file, as a `long`: the first in the lower half, how many in the upper.
final class Run {
    /// No blocks.
    static final long NONE = 0;

    private Run() {}

    static long of(int start, int length) {
        return (long) length << 32 | start;
    }

    static int start(long run) {
        return (int) run;
    }

    static int length(long run) {
        return (int) (run >>> 32);
    }

    /// The block after it.
    static int end(long run) {
        return start(run) + length(run);
    }
}
