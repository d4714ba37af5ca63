package io.breakwater.upstream.transport;

/// How long a node leaves idle connections open, learnt from those that it closed.
///
/// A request that must not be sent twice fails when the node closes the kept connection in the
/// moment of its reuse (RFC 9112 §9.3.1): nobody can tell whether it was processed. So it goes only
/// over connections that are young by this measure. Other requests need no such care: they are sent
/// again.
///
/// What was learnt is forgotten after a while, as a node that restarts closes connections of any
/// age. Any thread; lossy when two report at once.
final class IdleLife {
    private static final long SHORTEST_KEPT_NANOS = 100_000_000L;
    private static final long MEMORY_NANOS = 10_000_000_000L;
    private static final int MEMORY_LIVES = 10;

    private volatile long nanos;
    private volatile long knownUntil;
    private volatile boolean known;

    /// The node closed a connection.
    ///
    /// @param idleNanos for how long it had been idle at most
    void closed(long idleNanos) {
        long now = System.nanoTime();
        boolean shorter = !isKnown(now) || idleNanos < nanos;
        if (shorter) nanos = idleNanos;
        else if (idleNanos > 2 * nanos + SHORTEST_KEPT_NANOS) return; // says nothing new
        knownUntil = now + Math.max(MEMORY_NANOS, MEMORY_LIVES * nanos);
        known = true;
    }

    private boolean isKnown(long now) {
        return known && knownUntil - now > 0;
    }

    /// Whether a connection is unlikely to be closed at any moment.
    ///
    /// @param idleNanos for how long it has been idle
    boolean isYoung(long idleNanos) {
        return !isKnown(System.nanoTime())
                || (nanos >= SHORTEST_KEPT_NANOS && idleNanos < nanos / 2);
    }

    /// Whether any idle connection is.
    boolean isLong() {
        return isYoung(0);
    }
}
