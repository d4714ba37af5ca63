package io.breakwater.upstream.figures;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/// Since when a node is as it is, and how long it has been out. Times are milliseconds since 1970.
public final class NodeLife {
    @GuardedBy("this")
    private long sinceMillis;

    @GuardedBy("this")
    private boolean out;

    @GuardedBy("this")
    private long outSinceMillis;

    @GuardedBy("this")
    private long outMillis;

    /// The life of a node that is in.
    ///
    /// @param nowMillis now
    public NodeLife(long nowMillis) {
        sinceMillis = nowMillis;
    }

    /// Something has changed.
    ///
    /// @param nowOut whether checks or failures keep it out from now on
    /// @param nowMillis now
    public synchronized void changed(boolean nowOut, long nowMillis) {
        sinceMillis = nowMillis;
        is(nowOut, nowMillis);
    }

    /// It is checked otherwise, which may end its being out.
    ///
    /// @param nowOut whether something keeps it out all the same
    /// @param nowMillis now
    public synchronized void is(boolean nowOut, long nowMillis) {
        if (nowOut == out) return;
        sinceMillis = nowMillis;
        if (out) outMillis += Math.max(0, nowMillis - outSinceMillis);
        else outSinceMillis = nowMillis;
        out = nowOut;
    }

    /// When something last changed.
    ///
    /// @return milliseconds since 1970
    public synchronized long sinceMillis() {
        return sinceMillis;
    }

    /// How long it has been out so far, all times together.
    ///
    /// @param nowMillis now
    /// @return milliseconds
    public synchronized long outMillis(long nowMillis) {
        return outMillis + (out ? Math.max(0, nowMillis - outSinceMillis) : 0);
    }
}
