package io.breakwater.upstream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.io.SharedSelectors;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.client.transport.internal.HttpConnectionOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.ConcurrentPool;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The client side of a set of transport settings: one Jetty `HttpClient`, shared by all upstreams
/// with the same profile, with a pool per node. Its callbacks run on its selector threads
/// (NON_BLOCKING): nothing called from them may block.
public final class Transport {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    /// Any legal URI: requests are sent to a destination, and carry their own path.
    private static final URI ANYWHERE = URI.create("http://upstream");

    private final HttpClient client;
    private final Profile profile;

    /// Settings that a client can only have one value of.
    ///
    /// @param connectTimeout for one connection
    /// @param keepAlive how long an idle connection is kept
    /// @param maxIdle idle connections kept per node
    /// @param maxUsage requests per connection, 0 for no limit
    record Profile(Duration connectTimeout, Duration keepAlive, int maxIdle, int maxUsage) {
        static Profile of(UpstreamConfig config) {
            return new Profile(
                    config.connectTimeout(),
                    config.keepAlive(),
                    config.maxIdleConnections(),
                    config.maxRequestsPerConnection());
        }
    }

    @SuppressWarnings("try") // the client is closed by stop()
    Transport(
            Profile profile,
            Executor executor,
            Scheduler scheduler,
            ByteBufferPool buffers,
            SharedSelectors selectors) {
        this.profile = profile;
        ClientConnector connector = new SharedSelectors.Client(selectors);
        connector.setExecutor(executor);
        connector.setScheduler(scheduler);
        connector.setByteBufferPool(buffers);
        HttpClientTransportOverHTTP http1 =
                new HttpClientTransportOverHTTP(connector) {
                    @Override
                    public Connection newConnection(EndPoint endPoint, Map<String, Object> context)
                            throws IOException {
                        return customize(new PooledConnection(endPoint, context), context);
                    }
                };
        http1.setInvocationType(Invocable.InvocationType.NON_BLOCKING);
        http1.setConnectionPoolFactory(destination -> new Pool(destination, profile));
        this.client =
                new HttpClient(http1) {
                    @Override
                    public void putCookie(URI uri, HttpField field) {
                        // A proxy keeps no cookies.
                    }
                };
        client.setExecutor(executor);
        client.setScheduler(scheduler);
        client.setByteBufferPool(buffers);
        client.setConnectTimeout(profile.connectTimeout().toMillis());
        client.setIdleTimeout(profile.keepAlive().toMillis());
        client.setFollowRedirects(false);
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setMaxConnectionsPerDestination(Pool.MOST);
        client.setMaxRequestsQueuedPerDestination(Pool.MOST);
        client.setResponseBufferSize(16 * 1024);
        client.setMaxResponseHeadersSize(64 * 1024);
        client.setName("bw-upstream");
        try {
            client.start();
        } catch (Exception e) {
            throw new IllegalStateException("the upstream client cannot start", e);
        }
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear();
        client.getProtocolHandlers().put(new InterimResponses());
    }

    Destination destination(String host, int port, String tag) {
        Origin origin =
                new Origin(
                        "http",
                        new Origin.Address(host, port),
                        tag,
                        new Origin.Protocol(List.of("http/1.1"), false));
        return client.resolveDestination(origin);
    }

    void remove(Destination destination) {
        try {
            client.removeDestination(destination);
            if (destination instanceof LifeCycle lifeCycle) lifeCycle.stop();
        } catch (Exception e) {
            LOG.warn("the pool of {} could not be closed", destination, e);
        }
    }

    /// A new request to any of its destinations.
    ///
    /// @return a request without fields
    public Request newRequest() {
        return new ExactRequest(client, new HttpConversation(), ANYWHERE);
    }

    void trimIdle() {
        for (Destination destination : client.getDestinations())
            if (destination.getConnectionPool() instanceof Pool pool) pool.trim(profile.maxIdle());
    }

    void close() {
        try {
            client.stop();
        } catch (Exception e) {
            LOG.warn("the upstream client could not be stopped", e);
        }
    }

    /// A request whose method and target are sent exactly as given: Jetty's own would upper-case
    /// the method, and fail on a query that is not valid percent-encoding.
    private static final class ExactRequest extends HttpRequest {
        private @Nullable String method;
        private String path = "/";
        private @Nullable String query;

        ExactRequest(HttpClient client, HttpConversation conversation, URI uri) {
            super(client, conversation, uri);
        }

        @Override
        public Request method(String exact) {
            method = exact;
            return super.method(exact);
        }

        @Override
        public String getMethod() {
            String exact = method;
            return exact == null ? super.getMethod() : exact;
        }

        @Override
        public Request path(String target) {
            int mark = target.indexOf('?');
            path = mark < 0 ? target : target.substring(0, mark);
            query = mark < 0 ? null : target.substring(mark + 1);
            return this;
        }

        @Override
        public String getPath() {
            return path;
        }

        @Override
        public @Nullable String getQuery() {
            return query;
        }
    }

    /// A pool that starts its search at a place of the thread's own, so that threads seldom meet.
    private static final class Pool extends AbstractConnectionPool {
        static final int MOST = 65_536;

        private final Set<PooledConnection> open = ConcurrentHashMap.newKeySet();

        @GuardedBy("this")
        private final List<PooledConnection> leaving = new ArrayList<>();

        Pool(Destination destination, Profile profile) {
            super(
                    destination,
                    () -> new ConcurrentPool<>(ConcurrentPool.StrategyType.THREAD_ID, MOST),
                    1);
            if (profile.maxUsage() > 0) setMaxUsage(profile.maxUsage());
        }

        /// Takes surplus idle connections out of the pool now and closes them at the next call,
        /// when a request that had just got one would show.
        synchronized void trim(int mostIdle) {
            for (PooledConnection connection : leaving)
                if (!connection.isBusy()) connection.close();
            leaving.removeIf(connection -> !connection.isBusy());
            int surplus = -mostIdle;
            for (PooledConnection connection : open) if (!connection.isBusy()) surplus++;
            for (PooledConnection connection : open) {
                if (surplus <= 0) return;
                if (connection.isBusy() || !remove(connection)) continue;
                leaving.add(connection);
                surplus--;
            }
        }
    }

    /// A connection whose idle timeout is meant for the pool only; exchanges have their own
    /// deadlines.
    private static final class PooledConnection extends HttpConnectionOverHTTP {
        PooledConnection(EndPoint endPoint, Map<String, Object> context) {
            super(endPoint, context);
        }

        @Override
        public void onOpen() {
            if (getHttpDestination().getConnectionPool() instanceof Pool pool) pool.open.add(this);
            super.onOpen();
        }

        @Override
        public void onClose(@Nullable Throwable cause) {
            if (getHttpDestination().getConnectionPool() instanceof Pool pool)
                pool.open.remove(this);
            super.onClose(cause);
        }

        boolean isBusy() {
            return getHttpChannel().getHttpExchange() != null;
        }

        @Override
        public boolean onIdleExpired(TimeoutException timeout) {
            return !isBusy() && super.onIdleExpired(timeout);
        }
    }
}
