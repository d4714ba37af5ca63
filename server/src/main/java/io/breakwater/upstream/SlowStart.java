package io.breakwater.upstream;

/// From when on a node works up to its share of the requests. A node that is checked gets its first
/// requests with the first good check, however long ago it joined. Times are [System#nanoTime].
final class SlowStart {
    private static final double LEAST = 0.1;

    /// 0 for long ago.
    private volatile long sinceNanos;

    private volatile boolean withGoodCheck;

    /// The node joins others that are in use.
    void joins(long nowNanos) {
        withGoodCheck = true;
        sinceNanos = nowNanos;
    }

    /// The node comes back.
    void returns(long nowNanos) {
        sinceNanos = nowNanos;
    }

    /// Checks have turned the node up or down.
    void checked(boolean up, long nowNanos) {
        if (up && withGoodCheck) sinceNanos = nowNanos;
        withGoodCheck = !up;
    }

    /// How much of its share it may have.
    ///
    /// @param wholeNanos over how long it works up to it, 0 for at once
    /// @return 0.1 to 1
    double part(long wholeNanos, long nowNanos) {
        long since = sinceNanos;
        if (wholeNanos == 0 || since == 0) return 1;
        return Math.clamp((nowNanos - since) / (double) wholeNanos, LEAST, 1);
    }
}
