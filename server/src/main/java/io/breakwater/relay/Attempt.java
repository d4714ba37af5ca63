package io.breakwater.relay;

import io.breakwater.config.RetryConfig.Cause;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.exchange.GrpcWeb;
import io.breakwater.relay.web.WebRefusal;
import io.breakwater.relay.web.WebResponse;
import io.breakwater.upstream.Node;
import io.breakwater.upstream.Picked;
import io.breakwater.upstream.UpstreamGroup;
import io.breakwater.upstream.figures.NodeFailure;
import io.breakwater.upstream.transport.ExchangeListener;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodeExchange;
import io.breakwater.upstream.transport.NodeTlsException;
import io.breakwater.upstream.transport.OutgoingBody;
import io.breakwater.upstream.transport.OutgoingRequest;
import io.breakwater.upstream.transport.RefusedException;
import io.breakwater.upstream.transport.StaleConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/// One request of a call to one node: its deadlines, its record, and what its failure means.
final class Attempt implements ExchangeListener {
    /// How long a 100 is waited for before the body is sent without.
    private static final long CONTINUE_WAIT_MILLIS = 1000;

    private final UpstreamCall call;
    private final Exchange exchange;
    private final UpstreamGroup group;
    private final Picked picked;
    private final Node node;
    private final OutgoingRequest request;
    private final NodeExchange sending;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean continued = new AtomicBoolean();
    private volatile boolean responded;
    private volatile boolean lost;
    private volatile @Nullable Throwable failure;
    private final AtomicBoolean recorded = new AtomicBoolean();
    private volatile boolean over;
    private volatile boolean reached;
    private int status;
    private long headerNanos = -1;

    /// Prepares an attempt. It is counted as one of its node already.
    ///
    /// @param call whose it is
    /// @param group the upstream
    /// @param picked the node
    /// @param body the request body, null for none
    /// @param fresh whether only a new connection will do
    Attempt(
            UpstreamCall call,
            UpstreamGroup group,
            Picked picked,
            @Nullable OutgoingBody body,
            boolean fresh) {
        this.call = call;
        this.exchange = call.exchange();
        this.group = group;
        this.picked = picked;
        this.node = picked.node();
        HttpFields.Mutable fields = HttpFields.build();
        Heads.request(exchange, node.authority(), call.isPlain(), call.ownCookies(), fields);
        Heads.upgrade(exchange.upgrade(), fields);
        this.request =
                new OutgoingRequest(
                        exchange.method(),
                        Heads.target(exchange),
                        fields,
                        body == null ? null : new Counted.Body(body, node.figures()),
                        fresh,
                        fields.contains(HttpHeader.EXPECT),
                        Hops.of(exchange, node));
        this.sending = node.exchange(request, this);
    }

    void send() {
        exchange.deadlines()
                .response(ErrorKind.RESPONSE_TIMEOUT, call.responseNanos() + call.connectNanos());
        sending.send();
        // RFC 9110 §10.1.1: who waits for 100 must not wait for ever, as a server may not know the
        // expectation.
        if (request.expecting()) {
            exchange.request()
                    .getComponents()
                    .getScheduler()
                    .schedule(this::proceed, CONTINUE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void sending() {
        reached = true;
        // While a body is on its way it is waited for by deadlines of its own, then for the
        // response.
        if (request.body() == null || request.expecting() || call.body().isComplete())
            exchange.deadlines().response(ErrorKind.RESPONSE_TIMEOUT, call.responseNanos());
        else exchange.deadlines().clearResponse();
    }

    /// Lets the request body flow, once.
    private void proceed() {
        if (responded || over || exchange.isFinished() || !continued.compareAndSet(false, true))
            return;
        call.engine().proceed();
        sending.proceed();
    }

    void abort(Throwable why) {
        sending.abort(why);
    }

    @Override
    public void interim(int code, HttpFields fields) {
        if (code == 100) proceed();
        else call.passOn(code, fields);
    }

    Node node() {
        return node;
    }

    /// Another attempt of the call has been answered: ends this one, of which it says only that it
    /// would have taken longer.
    void lose() {
        lost = true;
        node.outrun(System.nanoTime() - startNanos);
        record(false);
        sending.abort(new EofException("another node was faster"));
    }

    @Override
    public void head(IncomingResponse uncounted) {
        IncomingResponse response = new Counted.Response(uncounted, node.figures());
        status = response.status();
        headerNanos = System.nanoTime() - startNanos;
        node.answered(status, headerNanos);
        Cause cause = Cause.ofStatus(status);
        boolean passed = cause != null && (!call.isLast(this) || call.another(node, cause, true));
        if (cause != null && !passed) call.returns(this);
        if (passed || !call.wins(this)) {
            new Discard(response.body(), sending, Discard.SHORT_BYTES).run();
            return;
        }
        responded = true;
        // One that failed while it was not under way has told nobody.
        Throwable early = failure;
        if (early != null) {
            call.over(this, call.kindOf(early), node.address() + ": " + early);
            return;
        }
        exchange.deadlines().response(ErrorKind.UPSTREAM_IDLE_TIMEOUT, call.idleNanos());
        GrpcWeb web = exchange.grpcWeb();
        if (web == null) {
            call.respond(picked, response);
        } else if (WebResponse.isGrpc(response)) {
            call.respond(
                    picked,
                    new WebResponse(
                            web, response, why -> call.end(ErrorKind.UPSTREAM_INVALID, why)));
        } else {
            discard(response);
            call.respond(picked, new WebRefusal(web, response));
        }
    }

    /// Only the head of the response is of use: the call ends without the rest, which the node has
    /// some time for.
    private void discard(IncomingResponse response) {
        lost = true;
        record(true);
        call.completed(this);
        new Discard(response.body(), sending, Discard.SHORT_BYTES).run();
        if (over) return;
        exchange.request()
                .getComponents()
                .getScheduler()
                .schedule(
                        () -> {
                            if (!over) sending.abort(new EofException("a body that nobody wants"));
                        },
                        call.idleNanos(),
                        TimeUnit.NANOSECONDS);
    }

    @Override
    public void complete() {
        over = true;
        boolean failing = Cause.ofStatus(status) != null;
        node.end(failing ? NodeFailure.STATUS : null);
        if (failing) group.failed(picked, "status " + status);
        else group.answered(picked);
        record(true);
        call.completed(this);
    }

    /// The node has agreed to another protocol, which is as good as an answer.
    void switched() {
        over = true;
        group.answered(picked);
    }

    /// The connection that was switched is closed.
    void closed() {
        node.end(null);
        group.freed();
        record(true);
        call.completed(this);
    }

    @Override
    public void failed(Throwable failure) {
        over = true;
        this.failure = failure;
        if (lost) {
            node.end(null);
            group.ended(picked);
            return;
        }
        ErrorKind kind = call.kindOf(failure);
        boolean stale = failure instanceof StaleConnectionException;
        boolean nodesFault =
                !stale
                        && kind.side() == ErrorKind.Side.UPSTREAM
                        && kind != ErrorKind.EXCHANGE_TIMEOUT;
        node.end(nodesFault ? NodeFailure.of(kind) : null);
        if (nodesFault)
            group.failed(
                    picked,
                    failure instanceof NodeTlsException tls
                            ? kind.code() + ": " + tls.getMessage()
                            : kind.code());
        else group.ended(picked);
        record(false);
        switch (call.leaves(this)) {
            case GONE, ONE_OF_TWO -> {
                return;
            }
            case LAST -> {
                if (follows(failure, kind)) return;
            }
            case WINNER -> {}
        }
        boolean inWords = failure instanceof NodeTlsException;
        call.over(this, kind, node.address() + ": " + (inWords ? failure.getMessage() : failure));
    }

    private boolean follows(Throwable failure, ErrorKind kind) {
        if (failure instanceof StaleConnectionException stale)
            return call.again(picked, stale.isSent());
        if (failure instanceof RefusedException) return call.another(node, Cause.RESET, false);
        return switch (kind) {
            case CONNECT_REFUSED, CONNECT_TIMEOUT, UNRESOLVED ->
                    call.another(node, Cause.CONNECT_ERROR, false);
            case UPSTREAM_TLS ->
                    call.another(node, reached ? Cause.RESET : Cause.CONNECT_ERROR, reached);
            case UPSTREAM_RESET -> call.another(node, Cause.RESET, true);
            case RESPONSE_TIMEOUT -> call.another(node, Cause.TIMEOUT, true);
            default -> false;
        };
    }

    private void record(boolean whole) {
        if (!recorded.compareAndSet(false, true)) return;
        exchange.attempt(
                new ExchangeView.Attempt(
                        node.address(),
                        status,
                        sending.isReused(),
                        sending.connectNanos(),
                        sending.tlsNanos(),
                        headerNanos,
                        whole ? System.nanoTime() - startNanos : -1));
    }
}
