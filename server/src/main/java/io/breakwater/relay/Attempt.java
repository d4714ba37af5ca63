package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.upstream.Node;
import io.breakwater.upstream.transport.ExchangeListener;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodeExchange;
import io.breakwater.upstream.transport.OutgoingBody;
import io.breakwater.upstream.transport.OutgoingRequest;
import io.breakwater.upstream.transport.StaleConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// One request of a call to one node: its deadlines, its record, and what its failure means.
final class Attempt implements ExchangeListener {
    /// How long a 100 is waited for before the body is sent without.
    private static final long CONTINUE_WAIT_MILLIS = 1000;

    private final UpstreamCall call;
    private final Exchange exchange;
    private final Node node;
    private final OutgoingRequest request;
    private final NodeExchange sending;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean continued = new AtomicBoolean();
    private volatile boolean responded;
    private int status;
    private long headerNanos = -1;

    Attempt(UpstreamCall call, Node node) {
        this.call = call;
        this.exchange = call.exchange();
        this.node = node;
        HttpFields.Mutable fields = HttpFields.build();
        Heads.request(exchange, node.address(), call.isPlain(), fields);
        String query = exchange.query();
        String path = exchange.encodedPath();
        OutgoingBody body = call.engine().requestBody();
        this.request =
                new OutgoingRequest(
                        exchange.method(),
                        query == null ? path : path + "?" + query,
                        fields,
                        body,
                        fields.contains(HttpHeader.EXPECT));
        this.sending = node.exchange(request, this);
        node.begin();
    }

    void send() {
        if (request.body() == null)
            exchange.deadlines()
                    .response(
                            ErrorKind.RESPONSE_TIMEOUT, call.responseNanos() + call.connectNanos());
        sending.send();
        // RFC 9110 §10.1.1: who waits for 100 must not wait for ever, as a server may not know the
        // expectation.
        if (request.expecting()) {
            exchange.deadlines().response(ErrorKind.RESPONSE_TIMEOUT, call.responseNanos());
            exchange.request()
                    .getComponents()
                    .getScheduler()
                    .schedule(this::proceed, CONTINUE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// Lets the request body flow, once.
    private void proceed() {
        if (responded || exchange.isFinished() || !continued.compareAndSet(false, true)) return;
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

    @Override
    public void head(IncomingResponse response) {
        responded = true;
        status = response.status();
        headerNanos = System.nanoTime() - startNanos;
        node.answered(headerNanos);
        exchange.deadlines().response(ErrorKind.UPSTREAM_IDLE_TIMEOUT, call.idleNanos());
        call.engine().response(response);
    }

    @Override
    public void complete() {
        node.end(false);
        record(true);
        call.completed(this);
    }

    @Override
    public void failed(Throwable failure) {
        node.end(!call.isEnded() && !(failure instanceof StaleConnectionException));
        record(false);
        String detail = node.address() + ": " + failure;
        ErrorKind kind = call.kindOf(failure);
        boolean mayRepeat = !responded && !call.isEnded() && !call.body().isConsumed();
        if (mayRepeat && isUnreached(kind)) call.another(node, kind, detail);
        else if (mayRepeat && failure instanceof StaleConnectionException stale)
            call.again(!stale.isSent() || request.isIdempotent(), kind, detail);
        else call.over(this, kind, detail);
    }

    /// Whether the node cannot have seen the request.
    private static boolean isUnreached(ErrorKind kind) {
        return switch (kind) {
            case CONNECT_REFUSED, CONNECT_TIMEOUT, UNRESOLVED -> true;
            default -> false;
        };
    }

    private void record(boolean whole) {
        exchange.attempt(
                new ExchangeView.Attempt(
                        node.address(),
                        status,
                        sending.isReused(),
                        sending.connectNanos(),
                        headerNanos,
                        whole ? System.nanoTime() - startNanos : -1));
    }
}
