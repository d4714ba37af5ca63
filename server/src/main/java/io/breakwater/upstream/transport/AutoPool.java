package io.breakwater.upstream.transport;

import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// The connections to a node that says by ALPN whether it speaks HTTP/2. It is asked with the first
/// exchange, and again when no connection of the other kind is left.
final class AutoPool implements NodePool {
    private final Http2Pool http2;
    private final Http1Pool http1;
    private volatile boolean old;

    AutoPool(Connector connector, NodeAddress address, PoolSettings settings) {
        this.http2 =
                new Http2Pool(connector, new Route(address, settings, List.of("h2", "http/1.1")));
        this.http1 = new Http1Pool(connector, address, settings);
    }

    @Override
    public NodeExchange exchange(OutgoingRequest request, ExchangeListener listener) {
        boolean one = old || request.asksForUpgrade();
        return one ? http1.exchange(request, listener) : new Asking(request, listener);
    }

    @Override
    public int connections() {
        return http2.connections() + http1.connections();
    }

    @Override
    public int idleConnections() {
        return http2.idleConnections() + http1.idleConnections();
    }

    @Override
    public NodeAddress address() {
        return http2.address();
    }

    @Override
    public PoolSettings settings() {
        return http2.settings();
    }

    @Override
    public void sweep() {
        http2.sweep();
        http1.sweep();
        if (http1.connections() == 0) old = false;
    }

    @Override
    public void reopen() {
        http2.reopen();
        http1.reopen();
    }

    @Override
    public void close() {
        http2.close();
        http1.close();
    }

    /// An exchange over HTTP/2 that goes over HTTP/1.1 when the node wants that, of which the
    /// listener hears nothing: no request has been sent by then.
    private final class Asking implements NodeExchange, ExchangeListener {
        private final OutgoingRequest request;
        private final ExchangeListener listener;
        private volatile NodeExchange sending;
        private volatile boolean proceeding;
        private volatile @Nullable Throwable aborted;

        Asking(OutgoingRequest request, ExchangeListener listener) {
            this.request = request;
            this.listener = listener;
            this.sending = http2.exchange(request, this);
        }

        @Override
        public void send() {
            sending.send();
        }

        @Override
        public void proceed() {
            proceeding = true;
            sending.proceed();
        }

        @Override
        public void abort(Throwable why) {
            aborted = why;
            sending.abort(why);
        }

        @Override
        public boolean isReused() {
            return sending.isReused();
        }

        @Override
        public long connectNanos() {
            return sending.connectNanos();
        }

        @Override
        public long tlsNanos() {
            return sending.tlsNanos();
        }

        @Override
        public void sending() {
            listener.sending();
        }

        @Override
        public void interim(int status, HttpFields fields) {
            listener.interim(status, fields);
        }

        @Override
        public void head(IncomingResponse response) {
            listener.head(response);
        }

        @Override
        public void complete() {
            listener.complete();
        }

        @Override
        public void failed(Throwable failure) {
            if (!(failure instanceof NoHttp2Exception)) {
                listener.failed(failure);
                return;
            }
            old = true;
            NodeExchange instead = http1.exchange(request, listener);
            sending = instead;
            if (proceeding) instead.proceed();
            Throwable why = aborted; // by whoever saw the exchange that is over already
            if (why == null) instead.send();
            else instead.abort(why);
        }
    }
}
