package io.breakwater.relay;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What became of the copies of one location's requests, and whether more may be made. Outlives
/// configurations. Any thread.
public final class MirrorFigures {
    /// Failures in a row after which no copy is made for a while.
    private static final int FAILURES = 5;

    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final Map<Fate, LongAdder> counts = new EnumMap<>(Fate.class);
    private volatile long pausedUntilNanos;
    private volatile String upstream = "";

    MirrorFigures() {
        for (Fate fate : Fate.values()) counts.put(fate, new LongAdder());
    }

    /// What becomes of a copy.
    public enum Fate {
        /// It was answered to the end, whatever the status.
        ANSWERED,
        /// It was sent and not answered, or not in time.
        FAILED,
        /// It was not made: the body is longer than is kept.
        TOO_LONG,
        /// It was not sent: the body did not come to its end.
        UNFINISHED,
        /// It was not made: as many are on their way as may be.
        TOO_MANY,
        /// It was not made: no node of the upstream may be used now.
        NO_NODE,
        /// It was not made: those before failed in a row a moment ago.
        PAUSED
    }

    /// Takes a place.
    ///
    /// @param to the upstream's name
    /// @param most how many may be on their way at once
    /// @return false when there is none, which is counted
    boolean begin(String to, int most) {
        upstream = to;
        if (failuresInARow.get() >= FAILURES && System.nanoTime() - pausedUntilNanos < 0) {
            count(Fate.PAUSED);
            return false;
        }
        if (inFlight.incrementAndGet() <= most) return true;
        inFlight.decrementAndGet();
        count(Fate.TOO_MANY);
        return false;
    }

    /// Counts a copy that was not begun.
    void count(Fate fate) {
        counter(fate).increment();
    }

    /// Gives a place back and counts what became of the copy.
    ///
    /// @return true when this failure begins a series, or this answer ends one
    boolean end(Fate fate) {
        inFlight.decrementAndGet();
        count(fate);
        if (fate == Fate.ANSWERED) return failuresInARow.getAndSet(0) >= FAILURES;
        if (fate != Fate.FAILED) return false;
        int failures = failuresInARow.updateAndGet(before -> Math.min(before + 1, FAILURES + 1));
        pausedUntilNanos = System.nanoTime() + PAUSE_NANOS;
        return failures == FAILURES;
    }

    /// The upstream that gets the copies.
    ///
    /// @return its name
    public String upstream() {
        return upstream;
    }

    /// Copies on their way, or waiting for their request's body.
    ///
    /// @return 0 or more
    public int inFlight() {
        return inFlight.get();
    }

    /// Copies so far.
    ///
    /// @param fate what became of them
    /// @return 0 or more
    public long counted(Fate fate) {
        return counter(fate).sum();
    }

    private LongAdder counter(Fate fate) {
        return Objects.requireNonNull(counts.get(fate)); // there is one of each
    }
}
