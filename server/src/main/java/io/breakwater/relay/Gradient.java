package io.breakwater.relay;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// A limit of requests at once that finds itself by what it does to the latency: as long as more
/// requests are answered as quickly as few, it grows; when they begin to wait for one another, it
/// shrinks (after "gradient2" of Netflix's concurrency-limits and Envoy's adaptive concurrency).
///
/// Latencies are averaged over windows of a tenth of a second. At the end of each the limit moves
/// towards `limit * gradient + headroom`, where `gradient = tolerated latency / latency`, between ½
/// and 1, and latencies of up to twice the best one are tolerated. What the best latency is has to
/// be found out anew now and then, or a limit that was too high once would stay: every half minute,
/// if the limit matters at all, only its square root is allowed for a few windows, so that nobody
/// waits for others.
///
/// Any thread. Time is what the callers say, so it must not run backwards by much.
final class Gradient {
    private static final long WINDOW_NANOS = 100_000_000L;
    private static final long PROBE_EVERY_NANOS = 30_000_000_000L;
    private static final int PROBE_WINDOWS = 3;
    private static final int FEWEST_SAMPLES = 10;
    private static final int FIRST = 20;
    private static final double TOLERANCE = 2;
    private static final double SMOOTHING = 0.2;
    private static final double AFTER_A_TIMEOUT = 0.9;

    private final int least;
    private final int most;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final LongAdder sumNanos = new LongAdder();
    private final LongAdder samples = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final AtomicLong windowStart = new AtomicLong();
    private volatile int allowed;

    // Of who ends a window: one at a time, each after the other.
    private volatile double limit;
    private volatile double bestNanos;
    private volatile long probedNanos;
    private volatile int probing;

    /// Makes a limit.
    ///
    /// @param least where it never falls below, 1 or more
    /// @param most where it never rises above
    /// @param nowNanos the time
    Gradient(int least, int most, long nowNanos) {
        this.least = least;
        this.most = most;
        this.limit = Math.clamp(FIRST, least, most);
        this.allowed = (int) limit;
        this.probedNanos = nowNanos - PROBE_EVERY_NANOS;
        windowStart.set(nowNanos);
    }

    /// Requests allowed at once now.
    int limit() {
        return allowed;
    }

    /// A request wants to go on.
    ///
    /// @return false when too many do already
    boolean enter() {
        int before;
        do {
            before = inFlight.get();
            if (before >= allowed) {
                peak.accumulateAndGet(before, Math::max);
                return false;
            }
        } while (!inFlight.compareAndSet(before, before + 1));
        if (before + 1 > peak.get()) peak.accumulateAndGet(before + 1, Math::max);
        return true;
    }

    /// A request that went on has ended.
    ///
    /// @param latencyNanos until it was answered, -1 when it says nothing
    /// @param timedOut whether no answer came in time
    /// @param nowNanos the time
    void leave(long latencyNanos, boolean timedOut, long nowNanos) {
        inFlight.decrementAndGet();
        if (timedOut) timeouts.increment();
        if (latencyNanos >= 0) {
            sumNanos.add(latencyNanos);
            samples.increment();
        }
        long start = windowStart.get();
        if (nowNanos - start < WINDOW_NANOS) return;
        if (samples.sum() < FEWEST_SAMPLES && timeouts.sum() == 0) return;
        if (windowStart.compareAndSet(start, nowNanos)) endWindow(nowNanos);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    private void endWindow(long nowNanos) {
        double latency = (double) sumNanos.sumThenReset() / Math.max(1, samples.sumThenReset());
        boolean late = timeouts.sumThenReset() > 0;
        boolean matters = 2 * peak.getAndSet(inFlight.get()) >= allowed;
        if (late) limit *= AFTER_A_TIMEOUT;
        else if (latency > 0) answered(latency, matters, nowNanos);
        limit = Math.clamp(limit, least, most);
        double now = probing > 0 ? Math.sqrt(limit) : limit;
        allowed = Math.max(least, (int) Math.round(now));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    private void answered(double latency, boolean matters, long now) {
        if (probing > 0) {
            // What was under way before the probe began still tells of the time before.
            if (--probing == 0) bestNanos = latency;
            return;
        }
        if (bestNanos == 0 || latency < bestNanos) bestNanos = latency;
        if (!matters) return;
        double gradient = Math.clamp(TOLERANCE * bestNanos / latency, 0.5, 1);
        double next = limit * gradient + Math.sqrt(limit);
        limit += (next - limit) * SMOOTHING;
        if (now - probedNanos >= PROBE_EVERY_NANOS) {
            probedNanos = now;
            probing = PROBE_WINDOWS;
        }
    }
}
