package io.breakwater.exchange;

import java.net.SocketAddress;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Components;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Context;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.Session;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.util.Attributes;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.jspecify.annotations.Nullable;

/// A request that came over no connection of its own: what a client's was when it was made, without
/// a body. It stays readable when the client's is over.
final class InnerRequest extends Attributes.Lazy implements Request {
    private final Components components;
    private final Context context;
    private final ConnectionMetaData connection;
    private final String method;
    private final HttpURI uri;
    private final HttpFields fields;
    private final boolean secure;
    private final long beginNanos = System.nanoTime();

    /// Takes what is needed of a client's request.
    ///
    /// @param like the client's
    /// @param method instead of the client's
    /// @param fields instead of the client's
    InnerRequest(Request like, String method, HttpFields fields) {
        Connector connector = like.getConnectionMetaData().getConnector();
        this.components = new Shared(connector.getServer());
        this.context = connector.getServer().getContext();
        this.connection = new Frozen(like.getConnectionMetaData());
        this.method = method;
        this.uri = like.getHttpURI();
        this.fields = fields;
        this.secure = like.isSecure();
    }

    @Override
    public String getId() {
        return "inner";
    }

    @Override
    public Components getComponents() {
        return components;
    }

    @Override
    public ConnectionMetaData getConnectionMetaData() {
        return connection;
    }

    @Override
    public String getMethod() {
        return method;
    }

    @Override
    public HttpURI getHttpURI() {
        return uri;
    }

    @Override
    public Context getContext() {
        return context;
    }

    @Override
    public HttpFields getHeaders() {
        return fields;
    }

    @Override
    public long getBeginNanoTime() {
        return beginNanos;
    }

    @Override
    public long getHeadersNanoTime() {
        return beginNanos;
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    // ---- there is no body

    @Override
    public long getLength() {
        return 0;
    }

    @Override
    public Content.Chunk read() {
        return Content.Chunk.EOF;
    }

    @Override
    public void demand(Runnable onAvailable) {
        onAvailable.run();
    }

    @Override
    public void fail(Throwable failure) {
        // There is nothing that could fail.
    }

    @Override
    public @Nullable HttpFields getTrailers() {
        return null;
    }

    @Override
    public boolean consumeAvailable() {
        return true;
    }

    // ---- nor a stream

    @Override
    public void addIdleTimeoutListener(Predicate<TimeoutException> onIdle) {
        // Nothing is ever idle here.
    }

    @Override
    public void addFailureListener(Consumer<Throwable> onFailure) {
        // There is no stream that could fail.
    }

    @Override
    public @Nullable TunnelSupport getTunnelSupport() {
        return null;
    }

    @Override
    public void addHttpStreamWrapper(Function<HttpStream, HttpStream> wrapper) {
        // There is no stream to wrap.
    }

    @Override
    public @Nullable Session getSession(boolean create) {
        return null;
    }

    /// The server's own parts, where others have those of their connection.
    private record Shared(Server server) implements Components {
        @Override
        public ByteBufferPool getByteBufferPool() {
            return server.getByteBufferPool();
        }

        @Override
        public Scheduler getScheduler() {
            return server.getScheduler();
        }

        @Override
        @SuppressWarnings("removal") // abstract until it is removed
        public ThreadPool getThreadPool() {
            return server.getThreadPool();
        }

        @Override
        public Attributes getCache() {
            return Attributes.NULL;
        }
    }

    /// A connection as it was: its version changes with each request.
    private static final class Frozen extends Attributes.Wrapper implements ConnectionMetaData {
        private final ConnectionMetaData of;
        private final HttpVersion version;

        Frozen(ConnectionMetaData of) {
            super(of);
            this.of = of;
            this.version = of.getHttpVersion();
        }

        @Override
        public String getId() {
            return of.getId();
        }

        @Override
        public HttpConfiguration getHttpConfiguration() {
            return of.getHttpConfiguration();
        }

        @Override
        public HttpVersion getHttpVersion() {
            return version;
        }

        @Override
        public String getProtocol() {
            return of.getProtocol();
        }

        @Override
        public Connection getConnection() {
            return of.getConnection();
        }

        @Override
        public Connector getConnector() {
            return of.getConnector();
        }

        @Override
        public boolean isPersistent() {
            return true;
        }

        @Override
        public boolean isSecure() {
            return of.isSecure();
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return of.getRemoteSocketAddress();
        }

        @Override
        public SocketAddress getLocalSocketAddress() {
            return of.getLocalSocketAddress();
        }
    }
}
