package io.breakwater.listen;

import io.breakwater.config.Cidr;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.ServerConfig.Announcing;
import io.breakwater.exchange.ClientConnection;
import io.breakwater.exchange.Handshake;
import io.breakwater.exchange.Http2End;
import io.breakwater.exchange.ServerPlan;
import io.breakwater.exchange.Snapshot;
import io.breakwater.io.SharedSelectors;
import io.breakwater.listen.quic.QuicLibrary;
import io.breakwater.listen.quic.QuicPort;
import io.breakwater.tls.Identity;
import io.breakwater.tls.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.Graceful;
import org.jspecify.annotations.Nullable;

/// One listening address with its connections. Made, bound and drained while the server runs. Which
/// server object it belongs to and that object's limits may change under it ([#configure]) without
/// touching a connection.
public final class ListenAddress {
    private static final AtomicLong CONNECTIONS = new AtomicLong();

    private static final int BIND_TRIES = 5;
    private static final long BIND_PAUSE_NANOS = 10_000_000;

    private final Server server;
    private final InetSocketAddress address;
    private final HttpConfiguration http;
    private final ServerConnector connector;
    private final Set<Http1Connection> http1 = ConcurrentHashMap.newKeySet();
    private final Places places = new Places(() -> config().maxConnections());
    private final Set<Opening> opening = ConcurrentHashMap.newKeySet();
    private final Accepting accepting = new Accepting();
    private final Http1Factory http1Factory;
    private final Http2Factory http2Factory;
    private final Http3Side http3;
    private final Listener told;
    private volatile Served served;
    private volatile @Nullable ServerPlan lastPlan;
    private volatile boolean draining;

    /// What a listener serves.
    ///
    /// @param server the server object
    /// @param tls what its TLS goes by, null when it speaks none
    /// @param quic what its HTTP/3 shows, null when it speaks none or there is no certificate yet
    public record Served(ServerConfig server, @Nullable ServerTls tls, @Nullable Identity quic) {}

    /// Who is told of what no exchange tells. Any thread; must not block.
    ///
    /// @param headTimedOut of connections closed for a slow request head
    /// @param handshake of how TLS began, or why it did not
    /// @param ended of HTTP/2 connections that ended for what the client sent
    public record Listener(
            Consumer<ClientConnection> headTimedOut,
            Consumer<Handshake> handshake,
            Consumer<Http2End> ended) {}

    /// The UDP port of HTTP/3 cannot be bound; the cause says why.
    public static final class UdpException extends IOException {
        private static final long serialVersionUID = 1;

        private UdpException(IOException cause) {
            super(cause.getMessage(), cause.getCause() == null ? cause : cause.getCause());
        }
    }

    /// Makes a listener that is not yet bound.
    ///
    /// @param server Jetty's server
    /// @param executor runs connections' tasks
    /// @param selectors serve its connections
    /// @param address where to listen, port 0 for any
    /// @param quic what HTTP/3 needs of the machine
    /// @param served what it serves
    /// @param told of what no exchange tells
    public ListenAddress(
            Server server,
            Executor executor,
            SharedSelectors selectors,
            InetSocketAddress address,
            QuicLibrary quic,
            Served served,
            Listener told) {
        this.server = server;
        this.address = address;
        this.served = served;
        this.told = told;
        this.http = httpConfiguration(served.server().maxHeaderSize());
        this.http1Factory = new Http1Factory();
        this.http2Factory = new Http2Factory(this);
        this.http3 = new Http3Side(this, server, executor, quic);
        this.connector =
                new SharedConnector(
                        server, executor, selectors, places, accepting, http1Factory, http2Factory);
        connector.setHost(
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(0); // connection deadlines are the watchdog's
        connector.setAcceptQueueSize(4096);
        connector.setReuseAddress(true);
    }

    private static HttpConfiguration httpConfiguration(int maxHeaderSize) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        // Otherwise a value may come as another one did that differs from it in case only.
        http.setHeaderCacheCaseSensitive(true);
        http.setSendDateHeader(
                false); // an upstream's Date is kept (RFC 9110 §6.6.1); local answers set their own
        // RFC 9112 §2.2 lets a bare LF pass; other parties may not, so it does not here.
        http.setHttpCompliance(
                HttpCompliance.RFC9110.without(
                        "breakwater", HttpCompliance.Violation.LF_HEADER_TERMINATION));
        http.setUriCompliance(
                UriCompliance.UNSAFE); // paths are normalised or refused by admit, with a reason
        http.setRequestHeaderSize(maxHeaderSize);
        http.setResponseHeaderSize(16 * 1024);
        http.setMaxResponseHeaderSize(64 * 1024);
        http.setOutputBufferSize(32 * 1024);
        return http;
    }

    /// Binds the address and accepts connections. The server must have been started.
    ///
    /// @throws IOException when the address cannot be bound
    public void open() throws IOException {
        bind();
        try {
            server.addConnector(connector);
            server.manage(connector);
            connector.start();
        } catch (Exception e) {
            connector.close();
            server.removeConnector(connector);
            throw new IOException("cannot listen on " + address, e);
        }
    }

    /// Binds, with some patience: the socket of the same address may be in the course of being
    /// closed by the apply before.
    private void bind() throws IOException {
        for (int left = BIND_TRIES; ; left--) {
            try {
                connector.open();
                return;
            } catch (IOException e) {
                if (left <= 0) throw e;
                LockSupport.parkNanos(BIND_PAUSE_NANOS);
            }
        }
    }

    /// Gets ready for another configuration: binds the UDP port of HTTP/3 when that is new. Blocks
    /// on files.
    ///
    /// @param next what it may serve next
    /// @throws UdpException when the port cannot be bound; then nothing has changed
    public void prepare(Served next) throws UdpException {
        try {
            http3.prepare(next);
        } catch (IOException e) {
            throw new UdpException(e);
        }
    }

    /// The configuration that it got ready for is not taken.
    public void forget() {
        http3.forget();
    }

    /// Takes over another configuration without touching connections.
    ///
    /// @param next what it serves from now on, prepared; TLS is for new connections
    public void configure(Served next) {
        served = next;
        http.setRequestHeaderSize(next.server().maxHeaderSize());
        http3.commit(next.server());
        http2Factory.endOutdated();
    }

    /// Whether a connection is to end as soon as it is idle: the listener is drained, or its client
    /// has not shown the certificate that it has to show now.
    ///
    /// @param endPoint of the connection
    boolean ends(EndPoint endPoint) {
        if (draining) return true;
        ServerTls now = served.tls();
        ServerTls by = now == null ? null : TlsOpening.by(endPoint);
        return now != null && by != null && now.outdates(by);
    }

    /// How it is about HTTP/3.
    ///
    /// @return `off`, `on`, `draining`, or why it is not spoken although it should be
    public String http3() {
        return http3.state();
    }

    /// Closes a port of HTTP/3 that is not wanted any more once its connections have ended. May
    /// block.
    public void sweep() {
        http3.sweep();
    }

    /// What answers over other protocols tell clients of HTTP/3.
    ///
    /// @return null while it is not spoken
    @Nullable HttpField altSvc() {
        return http3.altSvc();
    }

    /// The server object it belongs to.
    ///
    /// @return the configuration in force
    public ServerConfig config() {
        return served.server();
    }

    /// The configured address.
    ///
    /// @return with port 0 when any free port was asked for
    public InetSocketAddress address() {
        return address;
    }

    /// The real port.
    ///
    /// @return 1 to 65535, or -1 when it is not bound
    public int port() {
        return connector.getLocalPort();
    }

    /// Open connections.
    ///
    /// @return 0 or more
    public int connections() {
        return http1.size() + http2Factory.connections() + http3.connections() + opening.size();
    }

    /// Whether a request comes over one of the connections that `max-connections` leaves place for.
    ///
    /// @param request a request
    /// @return false when it should be refused for that
    public boolean hasPlace(Request request) {
        if (config().maxConnections() == 0) return true;
        ConnectionMetaData meta = request.getConnectionMetaData();
        return isHttp3(meta)
                ? places.hold(QuicPort.connectionOf(request))
                : places.take(TlsOpening.plain(meta.getConnection().getEndPoint()));
    }

    /// Asked before anything that would load classes of QUIC.
    private static boolean isHttp3(ConnectionMetaData meta) {
        return meta.getHttpVersion() == HttpVersion.HTTP_3;
    }

    /// Whether it has stopped accepting.
    ///
    /// @return true from [#drain] on
    public boolean isDraining() {
        return draining;
    }

    /// The compiled server that its requests belong to: the snapshot's, or the last one once it is
    /// taken away.
    ///
    /// @param snapshot the configuration in force
    /// @return the plan
    public ServerPlan planOf(Snapshot snapshot) {
        ServerPlan last = lastPlan;
        if (last != null) return last;
        ServerPlan plan = snapshot.servers().get(config().name());
        if (plan == null) throw new IllegalStateException("no server " + config().name());
        return plan;
    }

    /// Stops accepting; connections end as they become idle. Returns at once.
    ///
    /// @param plan what the requests of its last connections belong to, null to go by the snapshot
    public void drain(@Nullable ServerPlan plan) {
        lastPlan = plan;
        draining = true;
        http3.drain();
        connector.setShutdownIdleTimeout(-1);
        CompletableFuture<Void> done = Graceful.shutdown(connector);
        if (done.isCompletedExceptionally()) connector.close();
    }

    /// Ends what HTTP/3 has open, with the process. May block.
    public void end() {
        http3.stop();
    }

    /// Whether a draining listener has no connection left.
    ///
    /// @return true when it may be stopped
    public boolean isDrained() {
        return draining && connections() == 0;
    }

    /// Ends what is left and takes the listener from the server. May block.
    public void stop() {
        draining = true;
        http3.stop();
        server.removeConnector(connector);
        for (EndPoint endPoint : connector.getConnectedEndPoints()) endPoint.close();
    }

    /// Enforces the connections' deadlines. Called by the watchdog.
    ///
    /// @param now `System.nanoTime()`
    public void checkDeadlines(long now) {
        ServerConfig limits = config();
        long idle = limits.idleTimeout().toNanos();
        long header = limits.headerTimeout().toNanos();
        for (Http1Connection connection : http1)
            connection.checkDeadlines(now, idle, header, ends(connection.getEndPoint()));
        for (Opening connection : opening) connection.checkDeadline(now, header);
    }

    /// The client's connection of a request.
    ///
    /// @param request the request
    /// @return its connection
    public static ClientConnection connectionOf(Request request) {
        ConnectionMetaData meta = request.getConnectionMetaData();
        if (meta instanceof Http1Connection connection) return connection;
        if (isHttp3(meta)) return QuicPort.connectionOf(request);
        return Http2Client.of(of(meta.getConnector()), meta);
    }

    /// The listener of a connector.
    ///
    /// @param connector one that a listener made
    /// @return the listener
    public static ListenAddress of(Connector connector) {
        return ((Accepting) connector.getDefaultConnectionFactory()).listener();
    }

    HttpConfiguration httpConfiguration() {
        return http;
    }

    ServerConnector connector() {
        return connector;
    }

    long nextConnectionNumber() {
        return CONNECTIONS.incrementAndGet();
    }

    void opened(Http1Connection connection) {
        http1.add(connection);
    }

    void closed(Http1Connection connection) {
        http1.remove(connection);
    }

    void headTimedOut(ClientConnection connection) {
        told.headTimedOut().accept(connection);
    }

    void opened(Opening connection) {
        opening.add(connection);
    }

    void closed(Opening connection) {
        opening.remove(connection);
    }

    void free(Object holder) {
        places.free(holder);
    }

    void handshake(Handshake handshake) {
        told.handshake().accept(handshake);
    }

    /// The connection that a client's begins with, once it is known whose it is.
    ///
    /// @param endPoint accepted
    Connection accepted(EndPoint endPoint) {
        ServerTls tls = served.tls();
        return tls == null
                ? http1Factory.newConnection(connector, endPoint)
                : accepting.tls(endPoint, tls);
    }

    /// The connection of a client's TLS, once it is known who speaks it.
    ///
    /// @param plain the client's end point
    /// @param by what it goes by
    /// @param engine the server's side
    /// @param begin `System.nanoTime()` when the client came
    Connection securing(EndPoint plain, ServerTls by, SSLEngine engine, long begin) {
        return accepting.configure(TlsOpening.on(this, plain, by, engine, begin), plain);
    }

    void ended(Http2End end) {
        told.ended().accept(end);
    }

    /// The connection that a client's handshake leads to.
    ///
    /// @param endPoint within TLS
    /// @param protocol agreed upon by ALPN, empty when the client offered none
    /// @return null when the server speaks nothing that the client does
    @Nullable Connection secured(EndPoint endPoint, String protocol) {
        if (protocol.equals("h2")) return http2Factory.newConnection(connector, endPoint);
        return config().protocols().contains(ServerConfig.Protocol.HTTP1)
                ? http1Factory.newConnection(connector, endPoint)
                : null;
    }

    /// What an accepted connection begins with. A listener may be given TLS, or lose it, while it
    /// runs, so this is decided for each one.
    private final class Accepting extends AbstractConnectionFactory {
        Accepting() {
            super("accepting");
        }

        ListenAddress listener() {
            return ListenAddress.this;
        }

        @Override
        public Connection newConnection(Connector from, EndPoint endPoint) {
            ServerConfig config = config();
            if (config.proxyProtocol() == Announcing.OFF) return accepted(endPoint);
            boolean required = config.proxyProtocol() == Announcing.REQUIRE;
            if (required || isTrusted(endPoint))
                return configure(
                        new ProxyOpening(
                                ListenAddress.this, endPoint, required, isTrusted(endPoint)),
                        from,
                        endPoint);
            return accepted(endPoint);
        }

        Connection configure(AbstractConnection connection, EndPoint endPoint) {
            return configure(connection, connector, endPoint);
        }

        private boolean isTrusted(EndPoint endPoint) {
            return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer
                    && Cidr.anyContains(config().trustedProxies(), peer.getAddress());
        }

        private Connection tls(EndPoint endPoint, ServerTls tls) {
            return configure(
                    new HelloOpening(ListenAddress.this, endPoint, tls), connector, endPoint);
        }
    }

    private final class Http1Factory extends HttpConnectionFactory {
        Http1Factory() {
            super(http);
        }

        @Override
        public Connection newConnection(Connector from, EndPoint endPoint) {
            return configure(new Http1Connection(ListenAddress.this, endPoint), from, endPoint);
        }
    }
}
