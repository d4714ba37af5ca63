package io.breakwater.relay;

import io.breakwater.config.CookieConfig;
import io.breakwater.config.NodeProtocol;
import io.breakwater.config.QueueConfig;
import io.breakwater.config.RetryConfig;
import io.breakwater.config.RetryConfig.Cause;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Grpc;
import io.breakwater.exchange.ProxyException;
import io.breakwater.upstream.Node;
import io.breakwater.upstream.Picked;
import io.breakwater.upstream.UpstreamGroup;
import io.breakwater.upstream.WaitingLine;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.OutgoingBody;
import io.breakwater.upstream.transport.OutgoingRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// One exchange's conversation with its upstream: picks nodes, sends attempts, reads the response
/// head, maps failures.
///
/// ```
/// start -> pick node -> send -> head -> body (engine) -> end
///           |  ^          |       |
///           |  +----------+-------+-- failed, and may be sent again
///           +-> wait for a node below its limit
/// ```
///
/// Another attempt is made only while nothing of the response has gone to the client, the request
/// can be sent once more, and the upstream's budget allows it. The rest ends in one of: a whole
/// answer, [BodyEngine#fail], or a broken-off answer.
///
/// A GET or HEAD that is slow may be sent to a second node, if so configured: then two attempts are
/// under way, the first to be answered wins, and only the last to fail is followed by another.
///
/// Threads: but for the two of a hedged request, attempts follow one another, so that their
/// callbacks are serialised; [Runners] decides between those two. [#expire] may come from the
/// watchdog at any time and only aborts the attempts under way or, without any, fails the engine.
public final class UpstreamCall {
    private static final long FIRST_PAUSE_MILLIS = 25;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final Exchange exchange;
    private final UpstreamGroup group;
    private final ClientBody body;
    private final boolean plain;
    private final @Nullable Compression compression;
    private volatile List<Node> tried = List.of();
    private @Nullable BodyEngine engine;
    private final Runners runners = new Runners();
    private final Hedging hedging;
    private volatile WaitingLine.@Nullable Place place;
    private volatile @Nullable ErrorKind ended;
    private volatile @Nullable ErrorKind failure;
    private final RetryConfig retry;
    private final boolean idempotent;
    private final List<String> ownCookies;
    private @Nullable ReplayableBody sendable;
    private @Nullable String splitCookie;
    private @Nullable Picked answering;
    private int further;

    /// Prepares a call.
    ///
    /// @param exchange the routed exchange
    /// @param group its upstream
    /// @param mostBytes limit of the request body, -1 for none
    /// @param compression what is done about the coding of the response, null for nothing
    UpstreamCall(
            Exchange exchange,
            UpstreamGroup group,
            long mostBytes,
            @Nullable Compression compression) {
        this.exchange = exchange;
        this.group = group;
        this.plain = exchange.upgrade() == null && exchange.location().config().transform() != null;
        this.compression = compression;
        RetryConfig ofLocation = exchange.location().config().retry();
        this.retry = ofLocation == null ? group.config().retry() : ofLocation;
        this.idempotent = OutgoingRequest.isIdempotent(exchange.method());
        this.hedging = new Hedging(this, group, retry);
        this.body =
                new ClientBody(
                        exchange,
                        mostBytes,
                        group.config().idleTimeout().toNanos(),
                        this::responseNanos);
        this.ownCookies =
                Stream.of(group.config().sticky(), exchange.location().config().splitSticky())
                        .filter(Objects::nonNull)
                        .map(CookieConfig::name)
                        .toList();
        exchange.upstream(group.name());
    }

    /// Says what makes the client come back to this upstream. Before the start.
    ///
    /// @param setCookie a value for Set-Cookie, null for nothing
    void splitCookie(@Nullable String setCookie) {
        splitCookie = setCookie;
    }

    /// Names of the cookies that no node gets to see.
    List<String> ownCookies() {
        return ownCookies;
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

    /// How long the response head may take: less while another attempt may follow, if so
    /// configured.
    long responseNanos() {
        Duration ofOne = retry.timeout();
        boolean mayFollow = idempotent && further < retry.attempts();
        return (ofOne != null && mayFollow ? ofOne : group.config().responseTimeout()).toNanos();
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
        long most = mostNanos();
        if (most >= 0) exchange.deadlines().total(most);
        exchange.deadlines().onExpire(this::expire);
    }

    /// How long the whole exchange may take, -1 for as long as it likes: what the location says or,
    /// if that is less, the client of a gRPC call.
    private long mostNanos() {
        Duration ofLocation = exchange.location().config().timeout();
        long most = ofLocation == null ? -1 : ofLocation.toNanos();
        Request request = exchange.request();
        boolean isCall =
                exchange.grpcWeb() != null
                        || (request.getConnectionMetaData().getHttpVersion().getVersion()
                                        >= HttpVersion.HTTP_2.getVersion()
                                && Grpc.isCall(request.getHeaders()));
        if (!isCall) return most;
        long ofCall = Grpc.timeoutNanos(request.getHeaders());
        return ofCall < 0 ? most : most < 0 ? ofCall : Math.min(most, ofCall);
    }

    BodyEngine engine() {
        BodyEngine found = engine;
        if (found == null) throw new IllegalStateException("no engine");
        return found;
    }

    /// Makes the first attempt.
    public void start() {
        group.requested();
        OutgoingBody given = engine().requestBody();
        // A node that speaks HTTP/2 can say that it has done nothing with a request; then any may
        // be sent again.
        boolean keeps =
                (idempotent && retry.attempts() > 0)
                        || group.config().protocol() != NodeProtocol.HTTP1;
        if (given != null) sendable = new ReplayableBody(given, keeps);
        Picked picked = group.isAwaited() ? null : group.pick(exchange, tried);
        if (picked == null) await();
        else begin(picked, false);
    }

    /// Waits until a node falls below its limit, if that is what is in the way.
    private void await() {
        if (!group.mayFree()) {
            engine().fail(ErrorKind.NO_NODE, group.trouble());
            return;
        }
        long since = System.nanoTime();
        QueueConfig queue = group.config().queue();
        exchange.deadlines().response(ErrorKind.QUEUE_TIMEOUT, queue.timeout().toNanos());
        WaitingLine.Place joined =
                group.await(
                        exchange,
                        picked -> {
                            exchange.waited(System.nanoTime() - since);
                            exchange.deadlines().clearResponse();
                            begin(picked, false);
                        });
        if (joined == null) engine().fail(ErrorKind.UPSTREAM_FULL, null);
        else stay(joined);
    }

    /// Whoever ends the call from now on takes the exchange out of the line; who did before is seen
    /// here.
    private void stay(WaitingLine.Place joined) {
        place = joined;
        if (ended != null) joined.leave();
    }

    private void begin(Picked picked, boolean fresh) {
        ReplayableBody replay = sendable;
        Attempt attempt =
                new Attempt(this, group, picked, replay == null ? null : replay.reader(), fresh);
        runners.start(attempt);
        if (replay == null) hedging.begin();
        send(attempt);
    }

    /// Whoever ends the call from now on finds the attempt; who did before is seen here.
    private void send(Attempt attempt) {
        ErrorKind over = ended;
        if (over == null) attempt.send();
        else attempt.abort(new ProxyException(over, over.code(), null));
    }

    /// Sends the request to one more node, beside the one that is slow. Any thread.
    void hedge() {
        Attempt slow = runners.single();
        if (slow == null || isEnded() || exchange.isFinished()) return;
        Picked picked = group.hedge(exchange, slow.node(), tried);
        if (picked == null) return;
        Attempt rival = new Attempt(this, group, picked, null, false);
        if (!runners.join(rival)) {
            group.giveBack(picked);
            return;
        }
        picked.node().figures().hedged();
        send(rival);
    }

    /// An attempt was answered with what is to become the response. Ends the other one, if there is
    /// one.
    ///
    /// @param attempt the attempt
    /// @return false when the other one was first
    boolean wins(Attempt attempt) {
        if (!runners.win(attempt)) return false;
        hedging.cancel();
        Attempt loser = runners.otherThan(attempt);
        if (loser != null) {
            runners.leave(loser);
            loser.lose();
        }
        return true;
    }

    /// An attempt was answered with a failure.
    ///
    /// @param attempt the attempt
    /// @return false when another one is still under way, and decides
    boolean isLast(Attempt attempt) {
        tried(attempt.node());
        return runners.leave(attempt) == Runners.Leaving.LAST;
    }

    /// An attempt that was answered with a failure, and is not followed by another, is answered
    /// with that.
    ///
    /// @param attempt one that has left
    void returns(Attempt attempt) {
        runners.start(attempt);
    }

    /// An attempt has ended without a whole response.
    ///
    /// @param attempt the attempt
    /// @return what it was
    Runners.Leaving leaves(Attempt attempt) {
        tried(attempt.node());
        return runners.leave(attempt);
    }

    private synchronized void tried(Node node) {
        List<Node> more = new ArrayList<>(tried);
        more.add(node);
        tried = List.copyOf(more);
    }

    /// Makes another attempt after one that failed, if that is allowed and paid for: on a node that
    /// was not tried yet, or after a pause on one that was.
    ///
    /// @param failed the node
    /// @param cause what went wrong
    /// @param reached whether the node may have got the request
    /// @return false when there will be none
    boolean another(Node failed, Cause cause, boolean reached) {
        if (!mayRepeat(cause, reached)) return false;
        Picked next = group.pick(exchange, tried);
        boolean counts = reached || next == null;
        if ((counts && further >= retry.attempts()) || !group.payForRetry()) {
            if (next != null) group.giveBack(next);
            return false;
        }
        if (counts) further++;
        failed.figures().retried();
        exchange.deadlines().clearResponse();
        if (next == null) pause();
        else begin(next, false);
        return true;
    }

    private boolean mayRepeat(Cause cause, boolean reached) {
        if (isEnded() || exchange.isFinished() || !retry.on().contains(cause)) return false;
        return !reached || (idempotent && isSendable());
    }

    private boolean isSendable() {
        ReplayableBody replay = sendable;
        return replay == null || replay.isWhole();
    }

    /// Tries any node again after a while.
    private void pause() {
        long most = Math.min(FIRST_PAUSE_MILLIS << further, LONGEST_PAUSE_MILLIS);
        long pause = ThreadLocalRandom.current().nextLong(most / 2, most);
        exchange.request()
                .getComponents()
                .getScheduler()
                .schedule(this::goOn, pause, TimeUnit.MILLISECONDS);
    }

    private void goOn() {
        if (ended != null) return;
        Picked next = group.pick(exchange, List.of());
        if (next == null) await();
        else begin(next, false);
    }

    /// A kept connection was closed in the moment of its reuse: sends again on a new one, if that
    /// is allowed (RFC 9112 §9.3.1). Not a retry: the node has done nothing wrong.
    ///
    /// @param picked the node
    /// @param sent whether the node may have got the request
    /// @return false when that is not allowed
    boolean again(Picked picked, boolean sent) {
        if (isEnded() || !isSendable() || (sent && !idempotent)) return false;
        Picked same = group.again(picked);
        if (same == null) await(); // another got its place
        else begin(same, true);
        return true;
    }

    /// An attempt's response was received to its end.
    void completed(Attempt attempt) {
        runners.leave(attempt);
    }

    /// The node has changed the protocol: the attempt lives on as its connection, until [#closed].
    void switched() {
        for (Attempt attempt : runners.all()) attempt.switched();
    }

    void sentThroughTunnel(int bytes) {
        Picked picked = answering;
        if (picked != null) picked.node().figures().sent(bytes);
    }

    void receivedThroughTunnel(int bytes) {
        Picked picked = answering;
        if (picked != null) picked.node().figures().received(bytes);
    }

    /// The connection that the attempt became is closed.
    void closed() {
        for (Attempt attempt : runners.all()) attempt.closed();
    }

    /// An attempt failed and there will be no other.
    void over(Attempt attempt, ErrorKind kind, String detail) {
        runners.leave(attempt);
        hedging.cancel();
        engine().fail(kind, detail);
    }

    /// A deadline passed or the client left: ends the call. When only the response head did not
    /// come, another node may still answer. Any thread.
    private void expire(ErrorKind kind) {
        List<Attempt> waiting = runners.isWon() ? List.of() : runners.all();
        if (kind != ErrorKind.RESPONSE_TIMEOUT || waiting.isEmpty()) {
            end(kind);
            return;
        }
        for (Attempt attempt : waiting)
            attempt.abort(new ProxyException(kind, "no response in time", null));
    }

    /// Ends the call from outside, for example because the client is gone. Any thread.
    ///
    /// @param kind why
    public void end(ErrorKind kind) {
        end(kind, null);
    }

    /// Ends the call from outside. Any thread.
    ///
    /// @param kind why
    /// @param detail for the log, null for none
    void end(ErrorKind kind, @Nullable String detail) {
        if (ended == null) ended = kind;
        WaitingLine.Place waiting = place;
        if (waiting != null) waiting.leave();
        List<Attempt> attempts = runners.all();
        String why = detail == null ? kind.code() : detail;
        for (Attempt attempt : attempts) attempt.abort(new ProxyException(kind, why, null));
        if (attempts.isEmpty()) engine().fail(kind, detail);
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

    /// Hands the final response over to the engine.
    void respond(Picked picked, IncomingResponse response) {
        answering = picked;
        engine().response(response);
    }

    /// Begins to compress the response, if that is to be done.
    ///
    /// @param response the node's
    /// @param lengthKept whether nothing else changes the body
    /// @return closed when the exchange ends; null when the body keeps its coding
    public @Nullable Encoding encode(IncomingResponse response, boolean lengthKept) {
        return compression == null ? null : compression.begin(response, lengthKept);
    }

    /// Writes the downstream head.
    ///
    /// @param response the node's
    /// @param lengthKept whether nothing else than its coding changes the body
    /// @return whether the body is what the node sent
    public boolean head(IncomingResponse response, boolean lengthKept) {
        boolean coded = compression != null && compression.decide(response);
        boolean kept = lengthKept && !coded;
        Heads.response(exchange, response, kept, compression);
        if (exchange.taker() != null) return kept; // which answers many clients
        Picked picked = answering;
        setCookie(splitCookie);
        if (picked != null) setCookie(group.setCookie(picked, exchange));
        return kept;
    }

    private void setCookie(@Nullable String value) {
        if (value != null) exchange.response().getHeaders().add(HttpHeader.SET_COOKIE, value);
    }

    /// Passes an interim response on, if the client knows such (RFC 9110 §15.2).
    @SuppressWarnings("FutureReturnValueIgnored") // a failure ends the call, nothing waits
    void passOn(int status, HttpFields fields) {
        if (runners.isWon()
                || exchange.taker() != null
                || exchange.request().getConnectionMetaData().getHttpVersion().getVersion() <= 10)
            return;
        exchange.response()
                .writeInterim(status, Heads.interim(fields))
                .whenComplete((done, failed) -> {
                    if (failed != null) end(ErrorKind.CLIENT_LEFT);
                });
    }
}
