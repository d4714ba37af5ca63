package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.exchange.ProxyException;
import io.breakwater.upstream.InterimListener;
import io.breakwater.upstream.Node;
import io.breakwater.upstream.UpstreamGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
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
/// Threads: attempts follow one another, so their callbacks are serialised by the client; [#expire]
/// may come from the watchdog at any time and only aborts the present attempt or, without one,
/// fails the engine.
public final class UpstreamCall implements InterimListener {
    /// How often a connection that closes under a request may be replaced without counting as a
    /// failed node.
    private static final int MOST_STALE = 2;

    /// How long a 100 is waited for before the body is sent without.
    private static final long CONTINUE_WAIT_MILLIS = 1000;

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

    private BodyEngine engine() {
        BodyEngine found = engine;
        if (found == null) throw new IllegalStateException("no engine");
        return found;
    }

    /// Makes the first attempt.
    public void start() {
        attempt(null, null);
    }

    private void attempt(@Nullable ErrorKind lastFailure, @Nullable String detail) {
        ErrorKind over = ended;
        if (over != null) {
            engine().fail(over, detail);
            return;
        }
        Node node = group.pick(tried);
        if (node == null) {
            engine().fail(lastFailure == null ? ErrorKind.NO_NODE : lastFailure, detail);
            return;
        }
        Attempt attempt = new Attempt(node);
        current = attempt;
        attempt.send();
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
    /// @param response the upstream's
    /// @param lengthKept whether the body stays as long as the upstream said
    public void head(Response response, boolean lengthKept) {
        Heads.response(exchange, response, lengthKept);
    }

    /// The engine has seen the response's end: closes the attempt's record, so that the log has it.
    public void responseEnded() {
        Attempt attempt = current;
        if (attempt != null) attempt.record(true);
    }

    @Override
    public void interim(int status, HttpFields fields) {
        if (status == 100) {
            Attempt attempt = current;
            if (attempt != null) attempt.proceed();
        } else if (exchange.request().getConnectionMetaData().getHttpVersion().getVersion() > 10) {
            passOn(status, fields);
        }
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // a failure ends the call; there is nothing else to wait
    // for
    private void passOn(int status, HttpFields fields) {
        exchange.response()
                .writeInterim(status, Heads.interim(fields))
                .whenComplete((done, failed) -> {
                    if (failed != null) end(ErrorKind.CLIENT_LEFT);
                });
    }

    /// One request to one node.
    private final class Attempt implements Response.Listener {
        private final Node node;
        private final Request request;
        private final Response.Listener target;
        private final long startNanos = System.nanoTime();
        private final long startMillis = System.currentTimeMillis();
        private final AtomicBoolean recorded = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();
        private final boolean expects;
        private final AtomicBoolean continued = new AtomicBoolean();
        private volatile boolean responded;
        private int status;
        private long headerNanos = -1;

        Attempt(Node node) {
            this.node = node;
            this.target = engine().responseListener();
            this.request = node.transport().newRequest();
            String query = exchange.query();
            String path = exchange.encodedPath();
            request.method(exchange.method()).path(query == null ? path : path + "?" + query);
            request.headers(fields -> {
                fields.clear();
                Heads.request(exchange, node.address(), plain, fields);
            });
            this.expects = request.getHeaders().contains(HttpHeader.EXPECT);
            Request.Content content = engine().requestContent();
            if (content != null) {
                request.body(content);
                if (content.getLength() < 0) request.trailersSupplier(body::trailers);
            }
        }

        void send() {
            node.begin();
            InterimListener.attach(request, UpstreamCall.this);
            if (request.getBody() == null)
                exchange.deadlines()
                        .response(
                                ErrorKind.RESPONSE_TIMEOUT,
                                group.config().responseTimeout().toNanos()
                                        + group.config().connectTimeout().toNanos());
            node.destination().send(request, this);
            // RFC 9110 §10.1.1: who waits for 100 must not wait for ever, as a server may not know
            // the expectation.
            if (expects) {
                exchange.deadlines()
                        .response(
                                ErrorKind.RESPONSE_TIMEOUT,
                                group.config().responseTimeout().toNanos());
                exchange.request()
                        .getComponents()
                        .getScheduler()
                        .schedule(this::proceed, CONTINUE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        /// Lets the request body flow, once.
        void proceed() {
            if (responded || exchange.isFinished() || !continued.compareAndSet(false, true)) return;
            engine().proceed();
            HttpExchange sent = ((HttpRequest) request).getConversation().getExchanges().peekLast();
            if (sent != null) sent.proceed(null, null);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // onComplete tells
        void abort(Throwable why) {
            request.abort(why);
        }

        @Override
        public void onHeaders(Response response) {
            responded = true;
            status = response.getStatus();
            headerNanos = System.nanoTime() - startNanos;
            exchange.deadlines().response(ErrorKind.UPSTREAM_IDLE_TIMEOUT, idleNanos());
            target.onHeaders(response);
        }

        @Override
        public void onContentSource(Response response, Content.Source source) {
            target.onContentSource(response, source);
        }

        @Override
        public void onSuccess(Response response) {
            record(true);
            // RFC 9110 §10.1.1: a final status instead of 100 means the body is not wanted.
            if (expects && continued.compareAndSet(false, true)) refuseBody(response);
            target.onSuccess(response);
        }

        private void refuseBody(Response response) {
            HttpExchange sent =
                    ((HttpRequest) response.getRequest())
                            .getConversation()
                            .getExchanges()
                            .peekLast();
            if (sent != null)
                sent.proceed(
                        null,
                        new ProxyException(ErrorKind.EXPECTATION_FAILED, "not continued", null));
        }

        @Override
        public void onFailure(Response response, Throwable failure) {
            // What is to be done is decided in onComplete, when request and response are both over.
        }

        @Override
        public void onComplete(Result result) {
            Throwable failure = result.getResponseFailure();
            if (failure == null && !responded) failure = result.getFailure();
            boolean failed = failure != null && ended == null && body.failure() == null;
            if (closed.compareAndSet(false, true)) node.end(failed);
            record(failure == null);
            if (failure == null) {
                // The answer is whole; whether the request body was still wanted does not matter
                // any more.
                target.onComplete(new Result(result.getRequest(), result.getResponse()));
                return;
            }
            current = null;
            if (responded) {
                target.onComplete(result);
                engine().fail(kindOf(failure), detail(failure));
            } else {
                retryOrFail(failure);
            }
        }

        private void retryOrFail(Throwable failure) {
            ErrorKind kind = kindOf(failure);
            boolean mayRepeat = ended == null && body.failure() == null && !body.isConsumed();
            if (mayRepeat
                    && (kind == ErrorKind.CONNECT_REFUSED
                            || kind == ErrorKind.CONNECT_TIMEOUT
                            || kind == ErrorKind.UNRESOLVED)) {
                tried.add(node);
                attempt(kind, detail(failure));
            } else if (mayRepeat
                    && kind == ErrorKind.UPSTREAM_RESET
                    && isReused()
                    && isIdempotent()
                    && stale++ < MOST_STALE) {
                // The node closed an idle connection in the moment of its reuse (RFC 9112 §9.3.1).
                attempt(kind, detail(failure));
            } else {
                engine().fail(kind, detail(failure));
            }
        }

        private String detail(Throwable failure) {
            return node.address() + ": " + failure;
        }

        private boolean isIdempotent() {
            HttpMethod method = HttpMethod.fromString(exchange.method());
            return method != null && method.isIdempotent();
        }

        private boolean isReused() {
            var connection = request.getConnection();
            return connection instanceof Connection io
                    && io.getEndPoint().getCreatedTimeStamp() < startMillis;
        }

        void record(boolean whole) {
            if (!recorded.compareAndSet(false, true)) return;
            boolean reused = isReused();
            long connectNanos = -1;
            if (!reused && request.getConnection() instanceof Connection io)
                connectNanos =
                        Math.max(0, io.getEndPoint().getCreatedTimeStamp() - startMillis)
                                * 1_000_000;
            exchange.attempt(
                    new ExchangeView.Attempt(
                            node.address(),
                            status,
                            reused,
                            connectNanos,
                            headerNanos,
                            whole ? System.nanoTime() - startNanos : -1));
        }
    }
}
