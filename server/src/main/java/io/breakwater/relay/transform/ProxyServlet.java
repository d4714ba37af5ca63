package io.breakwater.relay.transform;

import io.breakwater.exchange.BodyGate;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.relay.UpstreamCall;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Jetty's middle man with its body handling kept and everything else taken over by the
/// [UpstreamCall]: heads, nodes, attempts, deadlines and failures are shared with the pump.
///
/// What stock does differently and is mended here: a response's length is kept when its body is;
/// bytes are flushed as they come (no aggregation, no array copies); bodies of HTTP/2 requests
/// without a length are sent; the upstream request keeps its length; interim responses, trailers
/// and odd queries pass (in the shared code).
final class ProxyServlet extends AsyncMiddleManServlet {
    @Serial private static final long serialVersionUID = 1L;

    /// Only a factory of request objects that carry the middle man's state; it never connects.
    private final transient HttpClient carriers = new HttpClient();

    private final transient InlinePool pool;

    ProxyServlet(InlinePool pool) {
        this.pool = pool;
    }

    /// Runs a task when the container does not run on this thread.
    void afterContainer(Runnable task) {
        pool.execute(task);
    }

    @Override
    protected HttpClient createHttpClient() {
        carriers.setRequestBufferSize(16 * 1024);
        return carriers;
    }

    @Override
    protected HttpClient getHttpClient() {
        return carriers;
    }

    @Override
    public void destroy() {
        // The carriers' client was never started.
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        UpstreamCall call = (UpstreamCall) request.getAttribute(ServletEngine.CALL);
        ServletExchange exchange = new ServletExchange(this, call, request, response);
        call.engine(exchange.engine());
        super.service(exchange.request(), exchange.response());
    }

    /// The request with its own attributes: the middle man looks some up for each chunk, and they
    /// must outlive the container's recycling after a client left.
    static final class OwnRequest extends HttpServletRequestWrapper {
        private final Map<String, Object> attributes = new HashMap<>(8);
        private final ServletExchange exchange;
        private volatile @Nullable AsyncContext async;
        private volatile @Nullable ServletInputStream input;

        OwnRequest(ServletExchange exchange, HttpServletRequest request) {
            super(request);
            this.exchange = exchange;
        }

        @Override
        public synchronized @Nullable Object getAttribute(String name) {
            return attributes.get(name);
        }

        @Override
        public synchronized void setAttribute(String name, Object value) {
            attributes.put(name, value);
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            ServletInputStream known = input;
            if (known != null) return known;
            BodyGate gate = exchange.call().exchange().bodyGate();
            if (!gate.enter()) throw new EofException("the exchange is over");
            try {
                known = new ExchangeInput(gate, super.getInputStream());
                input = known;
                return known;
            } finally {
                gate.leave();
            }
        }

        @Override
        public AsyncContext startAsync() {
            AsyncContext started = super.startAsync();
            async = started;
            return started;
        }

        @Override
        public AsyncContext getAsyncContext() {
            AsyncContext started = async;
            return started == null ? super.getAsyncContext() : started;
        }
    }

    /// The response whose length is not taken away by the middle man: the shared head code has
    /// decided it.
    static final class OwnResponse extends HttpServletResponseWrapper {
        OwnResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setContentLength(int length) {
            // Set by the shared head code.
        }

        @Override
        public void setStatus(int status) {
            // Set by the shared head code.
        }
    }

    private static ServletExchange of(HttpServletRequest request) {
        return ((OwnRequest) request).exchange;
    }

    // ---- request

    @Override
    protected String rewriteTarget(HttpServletRequest request) {
        return "http://upstream/";
    }

    @Override
    protected Request newProxyRequest(HttpServletRequest request, String target) {
        Request carrier = super.newProxyRequest(request, target);
        of(request).carrier(carrier);
        return carrier;
    }

    @Override
    protected void copyRequestHeaders(HttpServletRequest request, Request carrier) {
        // The call writes the head of each attempt.
    }

    @Override
    protected void addProxyHeaders(HttpServletRequest request, Request carrier) {
        // The call writes the head of each attempt.
    }

    @Override
    protected boolean hasContent(HttpServletRequest request) {
        return of(request).call().body().hasContent();
    }

    @Override
    protected void sendProxyRequest(
            HttpServletRequest request, HttpServletResponse response, Request carrier) {
        carrier.attribute(AsyncMiddleManServlet.class.getName() + ".proxyRequestSent", true);
        of(request).send();
    }

    @Override
    protected Runnable onContinue(HttpServletRequest request, Request carrier) {
        return super.onContinue(request, carrier);
    }

    @Override
    protected void onClientRequestFailure(
            HttpServletRequest request,
            Request carrier,
            HttpServletResponse response,
            Throwable failure) {
        UpstreamCall call = of(request).call();
        call.end(call.kindOfClient());
    }

    // ---- response

    @Override
    protected void onServerResponseHeaders(
            HttpServletRequest request, HttpServletResponse response, Response upstream) {
        // Set before the middle man is told of the response.
    }

    @Override
    protected ContentTransformer newServerResponseContentTransformer(
            HttpServletRequest request, HttpServletResponse response, Response upstream) {
        ContentTransformer chosen = of(request).transformer();
        return chosen == null ? ContentTransformer.IDENTITY : chosen;
    }

    @Override
    protected void writeProxyResponseContent(ServletOutputStream output, ByteBuffer content)
            throws IOException {
        ((HttpOutput) output)
                .write(content); // no copy, and past the aggregation buffer: it leaves now
    }

    Response.Listener newListener(HttpServletRequest request, HttpServletResponse response) {
        return (Response.Listener) newProxyResponseListener(request, response);
    }

    @Override
    protected ProxyWriter newProxyWriteListener(HttpServletRequest request, Response upstream) {
        return new OwnWriter(request, upstream);
    }

    /// Writes to the client, and tells the exchange. It mends a lost wake-up: stock notes that it
    /// waits for the container's call only after it has asked for it. A call from another thread in
    /// between would be taken for one of no meaning, and no other would come.
    private final class OwnWriter extends ProxyWriter {
        private final ServletExchange exchange;
        private final AtomicReference<Step> step = new AtomicReference<>(Step.NONE);

        OwnWriter(HttpServletRequest request, Response upstream) {
            super(request, upstream);
            this.exchange = of(request);
        }

        /// What [#process] is at.
        private enum Step {
            NONE,
            WRITING,
            CALLED
        }

        @Override
        protected Action process() throws Throwable {
            step.set(Step.WRITING);
            Action action;
            try {
                action = super.process();
            } catch (Throwable e) {
                step.set(Step.NONE);
                throw e;
            }
            if (step.getAndSet(Step.NONE) == Step.CALLED) super.onWritePossible();
            return action;
        }

        @Override
        public void onWritePossible() {
            if (!step.compareAndSet(Step.WRITING, Step.CALLED)) super.onWritePossible();
        }

        @Override
        public boolean offer(ByteBuffer content, Callback callback) {
            exchange.writing(content.remaining());
            return super.offer(
                    content,
                    new Callback.Nested(callback) {
                        @Override
                        public void succeeded() {
                            exchange.written();
                            super.succeeded();
                        }

                        @Override
                        public void failed(Throwable failure) {
                            exchange.call().end(ErrorKind.CLIENT_LEFT);
                            super.failed(failure);
                        }
                    });
        }

        @Override
        public void onError(Throwable failure) {
            exchange.call().end(ErrorKind.CLIENT_LEFT);
            super.onError(failure);
        }
    }

    @Override
    protected void onProxyResponseSuccess(
            HttpServletRequest request, HttpServletResponse response, Response upstream) {
        ((OwnRequest) request).getAsyncContext().complete();
    }

    @Override
    protected void onProxyResponseFailure(
            HttpServletRequest request,
            HttpServletResponse response,
            Response upstream,
            @Nullable Throwable failure) {
        ServletExchange exchange = of(request);
        Exchange core = exchange.call().exchange();
        if (core.isFinished()) return;
        exchange.engine()
                .fail(exchange.call().kindOf(failure), failure == null ? null : failure.toString());
    }
}
