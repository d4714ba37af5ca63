package io.breakwater.cache;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import java.util.concurrent.atomic.AtomicBoolean;

/// The times in which an exchange waits at the cache: for a disk, for a fill's head, for the first
/// bytes of a slice. What it waits for, a deadline and the leaving of the client may come at once,
/// on three threads; who claims the next step takes it.
final class Wait {
    private final Exchange exchange;
    private final Late late;
    private final AtomicBoolean claimed = new AtomicBoolean();

    /// What is done when nothing came.
    interface Late {
        /// A deadline passed or the client left; claimed. On the watchdog's thread.
        void expired(ErrorKind kind);

        /// A step went wrong.
        void letGo();
    }

    Wait(Exchange exchange, Late late) {
        this.exchange = exchange;
        this.late = late;
    }

    /// From here on somebody else may take the next step, or time does.
    ///
    /// @param nanos how long at the most
    void begin(long nanos) {
        claimed.set(false);
        // Before anybody can answer: whoever does takes both over.
        exchange.deadlines().response(ErrorKind.QUEUE_TIMEOUT, nanos);
        exchange.deadlines().onExpire(this::expire);
    }

    /// What is waited for has deadlines of its own.
    void withoutDeadline() {
        exchange.deadlines().clearResponse();
    }

    /// Holds everybody up, because something is made of the exchange that must not have ended.
    ///
    /// @return false when it has ended
    boolean hold() {
        exchange.deadlines().clearResponse();
        return claim();
    }

    /// Goes on waiting.
    void resume() {
        claimed.set(false);
        // What came in between has told nobody.
        ErrorKind missed = exchange.deadlines().expired();
        if (missed != null) expire(missed);
    }

    /// Whether the next step is the caller's to take. Once for each beginning.
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /// Takes a step that was claimed, on a thread that serves others, too.
    void goOn(Runnable step) {
        exchange.deadlines().clearResponse();
        try {
            step.run();
        } catch (RuntimeException e) {
            late.letGo();
            exchange.fail(ErrorKind.INTERNAL, e.toString());
        }
    }

    private void expire(ErrorKind kind) {
        if (!claim()) return;
        exchange.deadlines().clearResponse();
        late.expired(kind);
    }
}
