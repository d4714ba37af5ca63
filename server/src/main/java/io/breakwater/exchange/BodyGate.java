package io.breakwater.exchange;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Keeps the end of an exchange from overtaking a read of its request body.
///
/// An answer may be complete while another thread still reads the request: the server would begin
/// with the connection's next request under the reader's hands. So each read is an [#enter] and a
/// [#leave], and the end waits for the last reader to leave; after it nobody gets in. Reads may
/// nest.
public final class BodyGate {
    private static final int CLOSED = 1 << 30;

    private final AtomicInteger state = new AtomicInteger();
    private volatile @Nullable Runnable end;
    private volatile @Nullable Runnable cleanUp;

    BodyGate() {}

    /// Has something done before the end, when nobody reads any more.
    ///
    /// @param action run once
    public void onClose(Runnable action) {
        cleanUp = action;
    }

    /// Begins a read.
    ///
    /// @return false after the end: the body must not be touched any more
    public boolean enter() {
        while (true) {
            int present = state.get();
            if ((present & CLOSED) != 0) return false;
            if (state.compareAndSet(present, present + 1)) return true;
        }
    }

    /// Ends a read that [#enter] allowed.
    public void leave() {
        if (state.decrementAndGet() == CLOSED) finish();
    }

    private void finish() {
        Runnable first = cleanUp;
        if (first != null) first.run();
        Runnable action = end;
        if (action != null) action.run();
    }

    /// Closes the gate. Once.
    ///
    /// @param action run as soon as nobody reads, now or by the reader that leaves
    void close(Runnable action) {
        end = action;
        if (state.addAndGet(CLOSED) == CLOSED) finish();
    }
}
