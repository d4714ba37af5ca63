package io.breakwater.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The deadlines of one exchange: one for the whole, one for each direction. Setting one is a write
/// to two fields; the watchdog of [InFlight] looks at them. Any thread.
public final class Deadlines {
    /// No deadline.
    private static final long NEVER = Long.MAX_VALUE;

    /// An exchange that waits longer than this has its client watched for leaving, nanoseconds.
    private static final long WATCH_AFTER_NANOS = 200_000_000L;

    private static final VarHandle REQUEST;
    private static final VarHandle RESPONSE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            REQUEST = lookup.findVarHandle(Deadlines.class, "request", long.class);
            RESPONSE = lookup.findVarHandle(Deadlines.class, "response", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Exchange exchange;
    private volatile @Nullable Consumer<ErrorKind> onExpire;
    private volatile long total = NEVER;
    private volatile long request = NEVER;
    private volatile long response = NEVER;
    private volatile ErrorKind requestKind = ErrorKind.BODY_TIMEOUT;
    private volatile ErrorKind responseKind = ErrorKind.RESPONSE_TIMEOUT;
    private volatile long writingNanos;
    private volatile @Nullable ErrorKind expired;

    // Of the watchdog's thread.
    private boolean watched;

    Deadlines(Exchange exchange) {
        this.exchange = exchange;
    }

    /// Who is told of a passed deadline or a client that left, and ends the exchange.
    ///
    /// @param action gets the deadline's kind or [ErrorKind#CLIENT_LEFT]; must not block
    public void onExpire(Consumer<ErrorKind> action) {
        this.onExpire = action;
    }

    /// Sets the deadline of the whole exchange.
    ///
    /// @param nanos from the request's first byte
    public void total(long nanos) {
        total = exchange.startNanos() + nanos;
    }

    /// Sets the deadline of the request's direction.
    ///
    /// @param kind what it means
    /// @param nanos from now
    public void request(ErrorKind kind, long nanos) {
        requestKind = kind;
        request = System.nanoTime() + nanos;
    }

    /// Sets the deadline of the response's direction.
    ///
    /// @param kind what it means
    /// @param nanos from now
    public void response(ErrorKind kind, long nanos) {
        responseKind = kind;
        response = System.nanoTime() + nanos;
    }

    /// Sets the deadline of the response's direction for a write to the client. It moves on while
    /// the client takes bytes.
    ///
    /// @param nanos how long it may take none
    public void writing(long nanos) {
        writingNanos = nanos;
        response(ErrorKind.CLIENT_TOO_SLOW, nanos);
    }

    /// Takes the deadline of the whole exchange away.
    public void clearTotal() {
        total = NEVER;
    }

    /// Takes the deadline of the request's direction away.
    public void clearRequest() {
        request = NEVER;
    }

    /// The exchange goes on with another attempt although a deadline has passed.
    public void clearResponse() {
        response = NEVER;
        expired = null;
    }

    /// What ended the exchange from outside.
    ///
    /// @return the kind of the first deadline that passed, [ErrorKind#CLIENT_LEFT], or null
    public @Nullable ErrorKind expired() {
        return expired;
    }

    boolean isDue(long now) {
        if (!watched && now - exchange.startNanos() > WATCH_AFTER_NANOS) return true;
        return passed(total, now) || passed(request, now) || passed(response, now);
    }

    private static boolean passed(long deadline, long now) {
        return deadline != NEVER && now - deadline >= 0;
    }

    void check(long now) {
        if (!watched && now - exchange.startNanos() > WATCH_AFTER_NANOS) {
            watched = true;
            exchange.connection().watch(exchange);
        }
        long whole = total;
        if (passed(whole, now)) {
            total = NEVER;
            end(ErrorKind.EXCHANGE_TIMEOUT);
            return;
        }
        long ofRequest = request;
        if (passed(ofRequest, now)) {
            // Unless it was moved meanwhile, by another thread.
            if (REQUEST.compareAndSet(this, ofRequest, NEVER)) end(requestKind);
            return;
        }
        long ofResponse = response;
        if (!passed(ofResponse, now)) return;
        ErrorKind kind = responseKind;
        long quiet = kind == ErrorKind.CLIENT_TOO_SLOW ? exchange.connection().quietNanos() : 0;
        long allowed = kind == ErrorKind.CLIENT_TOO_SLOW ? writingNanos : 0;
        if (quiet < allowed) RESPONSE.compareAndSet(this, ofResponse, now + allowed - quiet);
        else if (RESPONSE.compareAndSet(this, ofResponse, NEVER)) end(kind);
    }

    void end(ErrorKind kind) {
        Consumer<ErrorKind> action = onExpire;
        if (action == null || exchange.isFinished()) return;
        if (expired == null) expired = kind;
        action.accept(kind);
    }
}
