package io.breakwater.relay;

import io.breakwater.config.MirrorConfig;
import io.breakwater.config.RetryConfig.Cause;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ProxyException;
import io.breakwater.relay.MirrorFigures.Fate;
import io.breakwater.upstream.Picked;
import io.breakwater.upstream.UpstreamGroup;
import io.breakwater.upstream.figures.NodeFailure;
import io.breakwater.upstream.transport.ExchangeListener;
import io.breakwater.upstream.transport.Hop;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodeExchange;
import io.breakwater.upstream.transport.OutgoingBody;
import io.breakwater.upstream.transport.OutgoingRequest;
import io.breakwater.upstream.transport.StaleConnectionException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The copy of one request for another upstream.
///
/// ```
/// made -> (body is kept as the client's request is read) -> sent -> answer read and thrown away
///   |       too long, or never whole                          |
///   +-----------------------------> over <--------------------+
/// ```
///
/// Its head is made before the request is sent and its body is copied, so it needs nothing of the
/// exchange once it is on its way, and the exchange nothing of it. It is sent when the body is
/// whole: a node never gets half of one.
final class Mirror implements ExchangeListener {
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
    private static final String MARK = "X-Mirror";

    private enum State {
        MADE,
        SENT,
        OVER
    }

    private final String location;
    private final UpstreamGroup group;
    private final Picked picked;
    private final MirrorFigures figures;
    private final Consumer<Mirror> gone;
    private final Scheduler scheduler;
    private final Executor executor;
    private final String method;
    private final String target;
    private final HttpFields fields;
    private final @Nullable Hop hop;
    private final @Nullable KeptBody body;
    private final AtomicReference<State> state = new AtomicReference<>(State.MADE);
    private volatile @Nullable NodeExchange sending;
    private volatile Scheduler.@Nullable Task deadline;
    private volatile long startNanos;
    private int status;

    /// Makes a copy. It counts as one of its node's requests already.
    ///
    /// @param call the call whose request is copied
    /// @param config how
    /// @param group the other upstream
    /// @param picked its node
    /// @param figures where its place is given back
    /// @param gone told when it is over
    Mirror(
            UpstreamCall call,
            MirrorConfig config,
            UpstreamGroup group,
            Picked picked,
            MirrorFigures figures,
            Consumer<Mirror> gone) {
        Exchange exchange = call.exchange();
        this.location = exchange.location().config().name();
        this.group = group;
        this.picked = picked;
        this.figures = figures;
        this.gone = gone;
        this.scheduler = exchange.request().getComponents().getScheduler();
        this.executor = exchange.request().getComponents().getExecutor();
        this.method = exchange.method();
        this.target = Heads.target(exchange);
        HttpFields.Mutable to = HttpFields.build();
        Heads.request(exchange, picked.node().authority(), call.isPlain(), call.ownCookies(), to);
        to.remove(HttpHeader.EXPECT); // the body is there
        to.put(MARK, "1");
        this.fields = to.asImmutable();
        this.hop = Hops.of(exchange, picked.node());
        if (call.body().hasContent()) {
            body = new KeptBody(call.body().getLength(), config.maxBodySize());
            call.body().copyTo(this);
            exchange.onFinish(this::unfinished);
        } else {
            body = null;
        }
    }

    // ---- the request

    /// Sends a copy that waits for no body.
    void start() {
        if (body == null) send();
    }

    /// Keeps what the client's request body brings. Called by its one reader.
    ///
    /// @param chunk not released and not kept
    void take(Content.Chunk chunk) {
        KeptBody keeps = body;
        if (keeps != null && state.get() == State.MADE && !keeps.add(chunk)) drop(Fate.TOO_LONG);
    }

    /// The body is whole. On a thread of its own, as the reader has its request to send.
    ///
    /// @param trailers those of the request, null for none
    void complete(@Nullable HttpFields trailers) {
        KeptBody keeps = body;
        if (keeps == null || state.get() != State.MADE || !keeps.end(trailers)) return;
        executor.execute(this::send);
    }

    private void unfinished() {
        KeptBody keeps = body;
        if (keeps != null && !keeps.isWhole()) drop(Fate.UNFINISHED);
    }

    private void drop(Fate fate) {
        if (!state.compareAndSet(State.MADE, State.OVER)) return;
        group.giveBack(picked);
        over(fate);
    }

    private void send() {
        if (!state.compareAndSet(State.MADE, State.SENT)) return;
        OutgoingBody counted =
                body == null ? null : new Counted.Body(body, picked.node().figures());
        NodeExchange exchange =
                picked.node()
                        .exchange(
                                new OutgoingRequest(
                                        method, target, fields, counted, false, false, hop),
                                this);
        sending = exchange;
        startNanos = System.nanoTime();
        within(group.config().connectTimeout().plus(group.config().responseTimeout()));
        exchange.send();
    }

    private void within(Duration most) {
        Scheduler.Task before = deadline;
        if (before != null) before.cancel();
        deadline = scheduler.schedule(this::expire, most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expire() {
        abort(ErrorKind.RESPONSE_TIMEOUT);
    }

    /// Ends it, wherever it is. Any thread.
    void end() {
        drop(Fate.UNFINISHED);
        abort(ErrorKind.EXCHANGE_TIMEOUT);
    }

    private void abort(ErrorKind why) {
        NodeExchange exchange = sending;
        if (exchange != null) exchange.abort(new ProxyException(why, "copy of a request", null));
    }

    // ---- the answer

    @Override
    public void sending() {
        // Its deadline runs already.
    }

    @Override
    public void interim(int code, HttpFields interim) {
        // Nobody waits for it.
    }

    @Override
    public void head(IncomingResponse response) {
        status = response.status();
        picked.node().answered(status, System.nanoTime() - startNanos);
        NodeExchange exchange = sending;
        if (exchange == null) throw new IllegalStateException("answered before it was sent");
        within(group.config().idleTimeout());
        Content.Source answer = new Counted.Response(response, picked.node().figures());
        new Discard(answer, exchange, Long.MAX_VALUE).run();
    }

    @Override
    public void complete() {
        if (!state.compareAndSet(State.SENT, State.OVER)) return;
        boolean failing = Cause.ofStatus(status) != null;
        picked.node().end(failing ? NodeFailure.STATUS : null);
        if (failing) group.failed(picked, "status " + status);
        else group.answered(picked);
        if (over(Fate.ANSWERED))
            LOG.info("location {}: copies are answered by {} again", location, group.name());
    }

    @Override
    public void failed(Throwable failure) {
        if (!state.compareAndSet(State.SENT, State.OVER)) return;
        ErrorKind kind = ErrorMapper.kindOf(failure);
        boolean nodesFault =
                !(failure instanceof StaleConnectionException)
                        && kind.side() == ErrorKind.Side.UPSTREAM
                        && kind != ErrorKind.EXCHANGE_TIMEOUT;
        picked.node().end(nodesFault ? NodeFailure.of(kind) : null);
        if (nodesFault) group.failed(picked, kind.code());
        else group.ended(picked);
        if (over(Fate.FAILED))
            LOG.warn(
                    "location {}: copies fail at {}, few are made until they do not: {} {}",
                    location,
                    group.name(),
                    picked.node().address(),
                    kind.code());
    }

    private boolean over(Fate fate) {
        Scheduler.Task last = deadline;
        if (last != null) last.cancel();
        gone.accept(this);
        return figures.end(fate);
    }
}
