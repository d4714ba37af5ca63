package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ProxyException;
import io.breakwater.upstream.Node;
import io.breakwater.upstream.UpstreamGroup;
import io.breakwater.upstream.transport.IncomingResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// One exchange's conversation with its upstream: picks nodes, sends attempts, reads the response
/// head, maps failures.
///
/// ```
/// start -> pick node -> send -> head -> body (engine) -> end
///              ^          |
///              +-- refused, or a reused connection was closed under the request
/// ```
///
/// Another attempt is made only while nothing of the response has come and nothing of the request
/// body has gone. The rest ends in one of: a whole answer, [BodyEngine#fail], or a broken-off
/// answer.
///
/// Threads: attempts follow one another, so their callbacks are serialised; [#expire] may come from
/// the watchdog at any time and only aborts the present attempt or, without one, fails the engine.
public final class UpstreamCall {
    /// How often a connection that closes under a request may be replaced without counting as a
    /// failed node.
    private static final int MOST_STALE = 2;

    private final Exchange exchange;
    private final UpstreamGroup group;
    private final ClientBody body;
    private final boolean plain;
    private final List<Node> tried = new ArrayList<>(2);
    private @Nullable BodyEngine engine;
    private volatile @Nullable Attempt current;
    private volatile @Nullable ErrorKind ended;
    private volatile @Nullable ErrorKind failure;
    private int stale;

    /// Prepares a call.
    ///
    /// @param exchange the routed exchange
    /// @param group its upstream
    /// @param mostBytes limit of the request body, -1 for none
    /// @param plain whether the response body is to be looked into, so that no content coding is
    ///   asked for
    UpstreamCall(Exchange exchange, UpstreamGroup group, long mostBytes, boolean plain) {
        this.exchange = exchange;
        this.group = group;
        this.plain = plain;
        this.body =
                new ClientBody(
                        exchange,
                        mostBytes,
                        group.config().idleTimeout().toNanos(),
                        group.config().responseTimeout().toNanos());
        exchange.upstream(group.name());
    }

    /// The exchange.
    ///
    /// @return the exchange
    public Exchange exchange() {
        return exchange;
    }

    /// The client's request with its body.
    ///
    /// @return the one reader's view
    public ClientBody body() {
        return body;
    }

    /// Whether the response body is to be looked into.
    boolean isPlain() {
        return plain;
    }

    /// Whether somebody ended the call from outside, or its body failed: no fault of a node.
    boolean isEnded() {
        return ended != null || body.failure() != null;
    }

    long connectNanos() {
        return group.config().connectTimeout().toNanos();
    }

    long responseNanos() {
        return group.config().responseTimeout().toNanos();
    }

    /// How long the upstream may be silent within a body.
    ///
    /// @return nanoseconds
    public long idleNanos() {
        return group.config().idleTimeout().toNanos();
    }

    /// Says who moves the bodies. Once, before anything else.
    ///
    /// @param engine the engine
    public void engine(BodyEngine engine) {
        this.engine = engine;
        Duration most = exchange.location().config().timeout();
        if (most != null) exchange.deadlines().total(most.toNanos());
        exchange.deadlines().onExpire(this::expire);
    }

    BodyEngine engine() {
        BodyEngine found = engine;
        if (found == null) throw new IllegalStateException("no engine");
        return found;
    }

    /// Makes the first attempt.
    public void start() {
        attempt(null, null);
    }

    private void attempt(@Nullable ErrorKind lastFailure, @Nullable String detail) {
        Node node = group.pick(exchange, tried);
        if (node == null) {
            engine().fail(lastFailure == null ? ErrorKind.NO_NODE : lastFailure, detail);
            return;
        }
        Attempt attempt = new Attempt(this, node);
        current = attempt;
        // Whoever ends the call from now on finds the attempt; who did before is seen here.
        ErrorKind over = ended;
        if (over == null) attempt.send();
        else attempt.abort(new ProxyException(over, over.code(), null));
    }

    /// A node could not be reached: tries the next.
    void another(Node failed, ErrorKind kind, String detail) {
        current = null;
        tried.add(failed);
        attempt(kind, detail);
    }

    /// A kept connection was closed in the moment of its reuse: sends again if that is allowed.
    void again(boolean allowed, ErrorKind kind, String detail) {
        current = null;
        if (allowed && stale++ < MOST_STALE) attempt(kind, detail);
        else engine().fail(kind, detail);
    }

    /// An attempt's response was received to its end.
    @SuppressWarnings("ReferenceEquality") // this very attempt
    void completed(Attempt attempt) {
        if (attempt == current) current = null;
    }

    /// An attempt failed and there will be no other.
    void over(Attempt attempt, ErrorKind kind, String detail) {
        completed(attempt);
        engine().fail(kind, detail);
    }

    /// A deadline passed or the client left: ends the call. Any thread.
    private void expire() {
        ErrorKind kind = exchange.deadlines().expired();
        end(kind == null ? ErrorKind.INTERNAL : kind);
    }

    /// Ends the call from outside, for example because the client is gone. Any thread.
    ///
    /// @param kind why
    public void end(ErrorKind kind) {
        if (ended == null) ended = kind;
        Attempt attempt = current;
        if (attempt != null) attempt.abort(new ProxyException(kind, kind.code(), null));
        else engine().fail(kind, null);
    }

    /// Why the exchange failed, as far as is known.
    ///
    /// @param failure what was reported, null for nothing
    /// @return the kind
    public ErrorKind kindOf(@Nullable Throwable failure) {
        ErrorKind kind = ended;
        if (kind == null) kind = body.failure();
        if (kind == null && failure != null) kind = ErrorMapper.kindOf(failure);
        return kind == null ? ErrorKind.INTERNAL : kind;
    }

    /// Why the client's side failed.
    ///
    /// @return the kind
    public ErrorKind kindOfClient() {
        ErrorKind kind = body.failure();
        return kind == null ? ErrorKind.CLIENT_LEFT : kind;
    }

    /// Notes the final failure for the exchange's end.
    ///
    /// @param kind what failed
    public void failed(ErrorKind kind) {
        failure = kind;
    }

    /// The final failure.
    ///
    /// @return the kind, null when none was noted
    public @Nullable ErrorKind failure() {
        return failure;
    }

    /// Writes the downstream head.
    ///
    /// @param response the node's
    /// @param lengthKept whether the body stays as long as the node said
    public void head(IncomingResponse response, boolean lengthKept) {
        Heads.response(exchange, response, lengthKept);
    }

    /// Passes an interim response on, if the client knows such (RFC 9110 §15.2).
    @SuppressWarnings("FutureReturnValueIgnored") // a failure ends the call, nothing waits
    void passOn(int status, HttpFields fields) {
        if (exchange.request().getConnectionMetaData().getHttpVersion().getVersion() <= 10) return;
        exchange.response()
                .writeInterim(status, Heads.interim(fields))
                .whenComplete((done, failed) -> {
                    if (failed != null) end(ErrorKind.CLIENT_LEFT);
                });
    }
}
