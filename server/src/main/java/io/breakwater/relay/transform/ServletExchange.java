package io.breakwater.relay.transform;

import io.breakwater.config.LocationConfig.Transform;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.ErrorRenderer;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Grpc;
import io.breakwater.exchange.ProxyException;
import io.breakwater.exchange.Taker;
import io.breakwater.relay.BodyEngine;
import io.breakwater.relay.ClientBody;
import io.breakwater.relay.Encoding;
import io.breakwater.relay.UpstreamCall;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.OutgoingBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet.ContentTransformer;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One exchange inside the servlet engine: what lies between the [ProxyServlet]'s callbacks and the
/// [UpstreamCall].
final class ServletExchange implements BodyEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ServletExchange.class);

    private final ProxyServlet servlet;
    private final UpstreamCall call;
    private final ProxyServlet.OwnRequest request;
    private final ProxyServlet.OwnResponse response;
    private final HttpServletResponse raw;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean proceeded = new AtomicBoolean();
    private final AtomicReference<Heading> heading = new AtomicReference<>(Heading.NOT_YET);
    private volatile @Nullable Runnable afterHead;
    private @Nullable Request carrier;
    private @Nullable ContentTransformer transformer;
    private volatile @Nullable ResponseFeed feed;

    ServletExchange(
            ProxyServlet servlet,
            UpstreamCall call,
            HttpServletRequest request,
            HttpServletResponse response) {
        this.servlet = servlet;
        this.call = call;
        this.request = new ProxyServlet.OwnRequest(this, request);
        this.response = new ProxyServlet.OwnResponse(response);
        this.raw = response;
    }

    UpstreamCall call() {
        return call;
    }

    BodyEngine engine() {
        return this;
    }

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    void carrier(Request made) {
        this.carrier = made;
    }

    private Request carrier() {
        Request made = carrier;
        if (made == null) throw new IllegalStateException("no carrier");
        return made;
    }

    void send() {
        call.start();
    }

    @Nullable ContentTransformer transformer() {
        return transformer;
    }

    void writing(int bytes) {
        Exchange exchange = call.exchange();
        exchange.countResponseBytes(bytes);
        exchange.deadlines().writing(exchange.server().config().idleTimeout().toNanos());
    }

    void written() {
        call.exchange().deadlines().response(ErrorKind.UPSTREAM_IDLE_TIMEOUT, call.idleNanos());
    }

    // ---- BodyEngine

    @Override
    public @Nullable OutgoingBody requestBody() {
        Request.Content content = carrier().getBody();
        return content == null ? null : new AttemptBody(call.body(), (AsyncRequestContent) content);
    }

    /// The middle man's content for one attempt. A failed attempt does not fail it, so that another
    /// can send it.
    private record AttemptBody(ClientBody body, AsyncRequestContent content)
            implements OutgoingBody {
        @Override
        public long length() {
            return body.getLength();
        }

        @Override
        public @Nullable HttpFields trailers() {
            return body.trailers();
        }

        @Override
        public Content.@Nullable Chunk read() {
            return content.read();
        }

        @Override
        public void demand(Runnable onAvailable) {
            content.demand(onAvailable);
        }

        @Override
        public void fail(Throwable failure) {
            // Failed by the end of the exchange.
        }
    }

    /// Sets the downstream head and feeds the body to the middle man. The transformer is chosen
    /// first: it decides whether the length is kept.
    @Override
    public void response(IncomingResponse upstream) {
        if (!heading.compareAndSet(Heading.NOT_YET, Heading.NOW)) return;
        Exchange exchange = call.exchange();
        Transform transform = exchange.location().config().transform();
        ContentTransformer filter = BodyFilter.of(transform, upstream);
        boolean kept = filter == null;
        Encoding encoding =
                call.exchange().method().equals("HEAD") ? null : call.encode(upstream, kept);
        EncodingTransformer encoder =
                encoding == null ? null : new EncodingTransformer(encoding, filter);
        if (encoder != null) filter = encoder;
        boolean changed = !call.head(upstream, kept);
        Taker taker = exchange.taker();
        TakingTransformer taking = taker == null ? null : new TakingTransformer(taker, filter);
        transformer = taking == null ? filter : taking;
        if (taker != null) take(taker, exchange);
        ResponseFeed feeding =
                new ResponseFeed(
                        call,
                        upstream,
                        carrier(),
                        servlet.newListener(request, response),
                        changed,
                        encoder,
                        taking);
        feed = feeding;
        if (heading.compareAndSet(Heading.NOW, Heading.DONE)) {
            feeding.start();
            return;
        }
        Runnable end = afterHead;
        if (end != null) end.run();
    }

    /// A mistake here must not leave the exchange without an end.
    private void take(Taker taker, Exchange exchange) {
        try {
            taker.head(exchange.response());
        } catch (RuntimeException e) {
            LOG.error("{}: a response could not be taken", exchange.requestId(), e);
            call.end(ErrorKind.INTERNAL);
        }
    }

    @Override
    public void proceed() {
        if (!proceeded.compareAndSet(false, true)) return;
        Runnable action = servlet.onContinue(request, carrier());
        if (action != null) action.run();
    }

    @Override
    public void fail(ErrorKind kind, @Nullable String detail) {
        if (!failed.compareAndSet(false, true)) return;
        call.failed(kind);
        Runnable end = () -> servlet.afterContainer(() -> end(kind, detail));
        afterHead = end;
        // While the head is being set, whoever sets it ends the exchange after that.
        if (heading.compareAndSet(Heading.NOT_YET, Heading.FAILED)
                || !heading.compareAndSet(Heading.NOW, Heading.FAILED)) end.run();
    }

    /// Where the downstream head is.
    private enum Heading {
        NOT_YET,
        NOW,
        DONE,
        FAILED
    }

    private void end(ErrorKind kind, @Nullable String detail) {
        Exchange exchange = call.exchange();
        Request made = carrier;
        if (made != null && made.getBody() != null)
            made.getBody().fail(new IOException(kind.code()));
        ResponseFeed feeding = feed;
        Runnable close = () -> close(exchange, kind, detail);
        if (feeding == null) close.run();
        else
            feeding.end(
                    new ProxyException(kind, kind.code(), null),
                    () -> servlet.afterContainer(close));
    }

    private void close(Exchange exchange, ErrorKind kind, @Nullable String detail) {
        if (exchange.isFinished()) return;
        exchange.logFailure(kind, detail);
        try {
            if (exchange.response().isCommitted()
                    || kind == ErrorKind.CLIENT_LEFT
                    || kind == ErrorKind.CLIENT_TOO_SLOW) {
                // Broken off: the core callback fails the connection; the container then only
                // cleans up.
                exchange.fail(kind, null);
                request.getAsyncContext().complete();
            } else {
                send(errorPage(exchange, kind), exchange, kind);
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("{} error answer given up", exchange.requestId(), e);
            exchange.fail(kind, null);
        }
    }

    /// Does not wait for the client, as a write of the servlet's output would: this may be the
    /// thread that the client's room to write to comes by.
    private void send(ByteBuffer page, Exchange exchange, ErrorKind kind) throws IOException {
        exchange.countResponseBytes(page.remaining());
        // The last byte may be written by another thread before this one is done with the
        // container's steps that wait on it.
        AtomicInteger left = new AtomicInteger(2);
        Runnable done =
                () -> {
                    if (left.decrementAndGet() == 0) request.getAsyncContext().complete();
                };
        ((HttpOutput) raw.getOutputStream())
                .sendContent(
                        page,
                        Callback.from(
                                () -> servlet.afterContainer(done),
                                failure -> {
                                    LOG.debug(
                                            "{} error answer given up",
                                            exchange.requestId(),
                                            failure);
                                    exchange.fail(kind, null);
                                    servlet.afterContainer(done);
                                }));
        servlet.afterContainer(done);
    }

    /// Sets the head of an error answer.
    ///
    /// @return its body
    private ByteBuffer errorPage(Exchange exchange, ErrorKind kind) {
        raw.reset();
        if (Exchange.endsConnection(kind)) raw.setHeader("Connection", "close");
        ByteBuffer told = Grpc.tell(kind, exchange);
        if (told != null) {
            raw.setContentLength(told.remaining());
            exchange.response().getHeaders().put(exchange.date());
            return told;
        }
        ErrorRenderer.Body page =
                exchange.server()
                        .errors()
                        .render(
                                exchange,
                                exchange.requestId(),
                                kind.status(),
                                exchange.header(HttpHeader.ACCEPT.asString()));
        raw.setStatus(kind.status());
        raw.setContentType(page.contentType());
        raw.setContentLength(page.bytes().length);
        exchange.response().getHeaders().put(exchange.date());
        raw.setHeader("X-Request-Id", exchange.requestId());
        if (kind.status() == 503) raw.setHeader("Retry-After", "1");
        return ByteBuffer.wrap(page.bytes());
    }
}
