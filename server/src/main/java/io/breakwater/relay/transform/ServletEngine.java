package io.breakwater.relay.transform;

import io.breakwater.exchange.BodyGate;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.relay.UpstreamCall;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.ContainerLifeCycle;

/// The servlet context with the one [ProxyServlet]. It is a bean beside the server's handlers, not
/// one of them: a servlet context in the handler tree would make the whole server BLOCKING.
public final class ServletEngine extends ContainerLifeCycle {
    /// Where the servlet finds its call.
    static final String CALL = UpstreamCall.class.getName();

    private static final HttpURI TARGET = HttpURI.from("http://breakwater/");

    private final InlinePool pool = new InlinePool();
    private final ServletContextHandler context = new ServletContextHandler("/");

    /// Makes the engine.
    ///
    /// @param server the data server, whose scheduler and buffers are shared
    public ServletEngine(Server server) {
        Server host = new Server(pool, server.getScheduler(), server.getByteBufferPool());
        ServletHolder holder = new ServletHolder(new ProxyServlet(pool));
        holder.setAsyncSupported(true);
        holder.setInitOrder(1);
        context.addServlet(holder, "/*");
        host.setHandler(context);
        host.setStopTimeout(0);
        installBean(host);
    }

    /// Relays a call. Returns at once; runs on the caller's thread as far as it can.
    ///
    /// @param call the prepared call
    public void relay(UpstreamCall call) {
        pool.execute(() -> enter(call));
    }

    private void enter(UpstreamCall call) {
        Exchange exchange = call.exchange();
        try {
            if (!context.handle(new Entry(call, pool), exchange.response(), new End(call)))
                exchange.fail(ErrorKind.INTERNAL, "the servlet engine does not answer");
        } catch (Exception e) {
            exchange.fail(ErrorKind.INTERNAL, "servlet engine: " + e);
        }
    }

    /// The request as the container sees it: the call's body, and a target that needs no decoding.
    /// The real target is the exchange's business.
    private static final class Entry extends Request.Wrapper {
        private final UpstreamCall call;
        private final InlinePool pool;

        Entry(UpstreamCall call, InlinePool pool) {
            super(call.body());
            this.call = call;
            this.pool = pool;
        }

        @Override
        public void demand(Runnable onAvailable) {
            super.demand(() -> pool.execute(() -> withinExchange(onAvailable)));
        }

        /// Runs a step of the container's, unless the exchange is over: then the container may be
        /// at its connection's next request.
        private void withinExchange(Runnable step) {
            BodyGate gate = call.exchange().bodyGate();
            if (!gate.enter()) return;
            try {
                step.run();
            } finally {
                gate.leave();
            }
        }

        @Override
        public HttpURI getHttpURI() {
            return TARGET;
        }

        @Override
        public Object getAttribute(String name) {
            return name.equals(CALL) ? call : super.getAttribute(name);
        }
    }

    /// The container's end is the exchange's end.
    private record End(UpstreamCall call) implements Callback {
        @Override
        public void succeeded() {
            Exchange exchange = call.exchange();
            if (exchange.finish(call.failure())) exchange.complete(null);
        }

        @Override
        public void failed(Throwable failure) {
            Exchange exchange = call.exchange();
            ErrorKind kind = call.failure();
            if (exchange.finish(kind == null ? ErrorKind.CLIENT_LEFT : kind))
                exchange.complete(failure);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
