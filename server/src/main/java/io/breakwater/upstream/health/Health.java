package io.breakwater.upstream.health;

import org.jspecify.annotations.Nullable;

/// What checks say of one node. A node is up only after its first good check. One writer, any
/// reader.
public final class Health {
    private volatile State state = State.CHECKING;
    private volatile @Nullable String reason;
    private volatile long atMillis;
    private volatile long nanos;
    private int good;
    private int bad;

    /// Makes the health of a node that was not checked yet.
    public Health() {}

    /// How a node is.
    public enum State {
        /// Nobody knows yet.
        CHECKING,
        /// Well.
        UP,
        /// Not well.
        DOWN
    }

    /// How the node is.
    ///
    /// @return the state
    public State state() {
        return state;
    }

    /// What the last bad check found.
    ///
    /// @return in words, null when the last one was good
    public @Nullable String reason() {
        return reason;
    }

    /// When the last check ended.
    ///
    /// @return milliseconds since 1970, 0 before the first
    public long atMillis() {
        return atMillis;
    }

    /// How long the last check took.
    ///
    /// @return nanoseconds, 0 before the first
    public long nanos() {
        return nanos;
    }

    /// Notes a check.
    ///
    /// @param failure what it found, null when it was good
    /// @param took how long it took, nanoseconds
    /// @param healthy good ones in a row until it is up
    /// @param unhealthy bad ones in a row until it is down
    /// @return whether the state has changed
    boolean note(@Nullable String failure, long took, int healthy, int unhealthy) {
        nanos = took;
        atMillis = System.currentTimeMillis();
        reason = failure;
        good = failure == null ? good + 1 : 0;
        bad = failure == null ? 0 : bad + 1;
        State before = state;
        if (failure == null && good >= healthy) state = State.UP;
        // A node that never was up is down by its first bad check.
        if (failure != null && (bad >= unhealthy || before == State.CHECKING)) state = State.DOWN;
        return state != before;
    }
}
