package io.breakwater.upstream.balance;

/// A latency that rises at once and falls slowly: an exponentially weighted moving average by time,
/// which a slower answer replaces ("Peak EWMA", Finagle). Without answers it decays, so that a
/// target that was slow is tried again.
///
/// Lossy by design: two answers at the same moment may count as one.
public final class PeakEwma {
    private static final double DECAY_NANOS = 10e9;

    private volatile double average;
    private volatile long atNanos;

    /// Makes one without a history.
    public PeakEwma() {}

    /// Notes an answer.
    ///
    /// @param latencyNanos how long it took
    /// @param nowNanos [System#nanoTime]
    public void observe(double latencyNanos, long nowNanos) {
        double before = average;
        double kept = before == 0 ? 0 : decay(nowNanos);
        average =
                latencyNanos > before * kept
                        ? latencyNanos
                        : before * kept + latencyNanos * (1 - kept);
        atNanos = nowNanos;
    }

    private double decay(long nowNanos) {
        return Math.exp(-Math.max(0, nowNanos - atNanos) / DECAY_NANOS);
    }

    /// The latency now.
    ///
    /// @param nowNanos [System#nanoTime]
    /// @return nanoseconds, 0 without a history
    public double at(long nowNanos) {
        double present = average;
        return present == 0 ? 0 : present * decay(nowNanos);
    }
}
