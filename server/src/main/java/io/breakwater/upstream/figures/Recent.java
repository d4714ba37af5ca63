package io.breakwater.upstream.figures;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.measure.LatencyCounts;

/// Where a node's counts stood lately, so that the difference says what is going on now: the
/// requests at each of the last seconds, the latencies at the last two turns of half a minute.
final class Recent {
    private static final int SAMPLES = 10;
    private static final long TURN_NANOS = 30_000_000_000L;
    private static final long[] NO_LATENCIES = new long[LatencyCounts.BUCKETS];

    @GuardedBy("this")
    private final long[] requests = new long[SAMPLES];

    @GuardedBy("this")
    private final long[] atNanos = new long[SAMPLES];

    @GuardedBy("this")
    private long samples;

    @GuardedBy("this")
    private long turnedNanos = System.nanoTime();

    @GuardedBy("this")
    private long turnedRequests;

    @GuardedBy("this")
    private long[] older = NO_LATENCIES;

    @GuardedBy("this")
    private long[] newer = NO_LATENCIES;

    Recent() {
        atNanos[0] = turnedNanos;
        samples = 1;
    }

    synchronized void sample(long requestsNow, long nowNanos, LatencyCounts latencies) {
        int at = (int) (samples++ % SAMPLES);
        requests[at] = requestsNow;
        atNanos[at] = nowNanos;
        if (nowNanos - turnedNanos < TURN_NANOS) return;
        turnedNanos = nowNanos;
        older = newer;
        // Of a node without traffic one array is enough.
        if (requestsNow != turnedRequests) newer = latencies.totals();
        turnedRequests = requestsNow;
    }

    /// Requests a second since the oldest sample.
    synchronized double rate(long requestsNow, long nowNanos) {
        int oldest = samples < SAMPLES ? 0 : (int) (samples % SAMPLES);
        double seconds = (nowNanos - atNanos[oldest]) / 1e9;
        return seconds <= 0 ? 0 : (requestsNow - requests[oldest]) / Math.max(1, seconds);
    }

    /// What came since the turn before the last.
    ///
    /// @param totals all so far; becomes the result
    synchronized long[] since(long[] totals) {
        for (int i = 0; i < totals.length; i++) totals[i] -= older[i];
        return totals;
    }
}
