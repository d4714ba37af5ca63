package io.breakwater.exchange;

import org.jspecify.annotations.Nullable;

/// The deadlines of one exchange: one for the whole, one for each direction. Setting one is a write
/// to two fields; the watchdog of [InFlight] looks at them. Any thread.
public final class Deadlines {
    /// No deadline.
    private static final long NEVER = Long.MAX_VALUE;

    /// An exchange that waits longer than this has its client watched for leaving, nanoseconds.
    private static final long WATCH_AFTER_NANOS = 200_000_000L;

    private final Exchange exchange;
    private volatile @Nullable Runnable onExpire;
    private volatile long total = NEVER;
    private volatile long request = NEVER;
    private volatile long response = NEVER;
    private volatile ErrorKind requestKind = ErrorKind.BODY_TIMEOUT;
    private volatile ErrorKind responseKind = ErrorKind.RESPONSE_TIMEOUT;
    private volatile @Nullable ErrorKind expired;

    // Of the watchdog's thread.
    private boolean watched;

    Deadlines(Exchange exchange) {
        this.exchange = exchange;
    }

    /// Who is told of a passed deadline or a client that left; it must end the exchange by
    /// [#expired].
    ///
    /// @param action must not block
    public void onExpire(Runnable action) {
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
        if (passed(total, now)) {
            total = NEVER;
            end(ErrorKind.EXCHANGE_TIMEOUT);
        } else if (passed(request, now)) {
            request = NEVER;
            end(requestKind);
        } else if (passed(response, now)) {
            response = NEVER;
            end(responseKind);
        }
    }

    void end(ErrorKind kind) {
        Runnable action = onExpire;
        if (action == null || exchange.isFinished()) return;
        if (expired == null) expired = kind;
        action.run();
    }
}
