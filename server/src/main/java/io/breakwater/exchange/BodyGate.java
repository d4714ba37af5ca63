package io.breakwater.exchange;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Keeps the end of an exchange from overtaking a read of its request body.
///
/// An answer may be complete while another thread still reads the request: the server would begin
/// with the connection's next request under the reader's hands. So each read is an [#enter] and a
/// [#leave], and the end waits for the last reader to leave; after it nobody gets in. Reads may
/// nest.
///
/// Who waits for more of the body when the end comes waits in vain, but the server knows one waiter
/// only. So whoever reads the rest takes its place.
public final class BodyGate {
    private static final int CLOSED = 1 << 30;
    private static final Object NOBODY = new Object();
    private static final Object READER = new Object();

    private final AtomicInteger state = new AtomicInteger();

    /// Who is called when there is more of the body: nobody, the reader, or a [Runnable] in its
    /// place.
    private final AtomicReference<Object> waiting = new AtomicReference<>(NOBODY);

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

    /// Begins to wait for more of the body.
    ///
    /// @param reader called when there is more, unless somebody has taken its place by then
    /// @return to be called by the server
    public Runnable waiting(Runnable reader) {
        waiting.set(READER);
        return () -> {
            if (waiting.getAndSet(NOBODY) instanceof Runnable other) other.run();
            else reader.run();
        };
    }

    /// Takes the place of the reader that waits.
    ///
    /// @param other called instead
    /// @return false when nobody waits
    boolean replace(Runnable other) {
        return waiting.compareAndSet(READER, other);
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
