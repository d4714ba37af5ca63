package io.breakwater.upstream.transport;

import io.breakwater.config.ProxyProtocol;
import io.breakwater.io.HonestEndPoint;
import io.breakwater.io.SharedSelectors;
import io.breakwater.upstream.transport.Dialler.Link;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.StringUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// One wish for a connection: look-up, connect, PROXY header, TLS, each only where it is asked for.
///
/// ```
/// begin -> look up -> connect (each address) -> PROXY header -> TLS -> dialler
/// ```
///
/// The connect timeout is for one address, with what follows on it.
final class Dial implements SharedSelectors.Owner {
    private final Connector connector;
    private final Route route;
    private final @Nullable Hop hop;
    private final Dialler dialler;
    private final AtomicBoolean told = new AtomicBoolean();
    private final long startNanos = System.nanoTime();
    private InetAddress[] addresses = {};
    private int tried;

    // Of the connection that is tried, then of the one that there is.
    private volatile @Nullable EndPoint plain;
    private volatile Scheduler.@Nullable Task timeout;
    private volatile int selector;
    private long openNanos;
    private long connectNanos;
    private long tlsStartNanos;

    Dial(Connector connector, Route route, @Nullable Hop hop, Dialler dialler) {
        this.connector = connector;
        this.route = route;
        this.hop = hop;
        this.dialler = dialler;
        // Whoever wants the connection writes to it and reads from it there.
        this.selector = connector.selectors().own();
    }

    void begin() {
        switch (route.address()) {
            case NodeAddress.Unix unix -> open(unix.path());
            case NodeAddress.Tcp tcp -> {
                InetAddress literal = tcp.literal();
                if (literal == null) {
                    Thread.ofVirtual().name("bw-resolve").start(() -> resolve(tcp));
                } else {
                    addresses = new InetAddress[] {literal};
                    tryNext(tcp);
                }
            }
        }
    }

    private void resolve(NodeAddress.Tcp tcp) {
        try {
            addresses = InetAddress.getAllByName(tcp.host());
            tryNext(tcp);
        } catch (UnknownHostException e) {
            failed(e);
        }
    }

    @SuppressWarnings("AddressSelection") // all of them are tried
    private void tryNext(NodeAddress.Tcp tcp) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connect(channel, new InetSocketAddress(addresses[tried++], tcp.port()));
        } catch (IOException | RuntimeException e) {
            close(channel);
            connectFailed(e);
        }
    }

    private void open(String path) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            connect(channel, UnixDomainSocketAddress.of(path));
        } catch (IOException | RuntimeException e) {
            close(channel);
            ConnectException refused = new ConnectException(e.getMessage());
            refused.initCause(e);
            failed(refused);
        }
    }

    private void connect(SocketChannel channel, SocketAddress to) throws IOException {
        openNanos = System.nanoTime();
        channel.configureBlocking(false);
        if (channel.connect(to)) connector.selectors().adopt(channel, this, null, selector);
        else if (route.address() instanceof NodeAddress.Tcp)
            connector.selectors().connect(channel, this, null, connectMillis(), selector);
        // Such a connect is not pending: it would have to be made again.
        else throw new ConnectException("too many wait to be accepted");
    }

    private static void close(@Nullable SocketChannel channel) {
        if (channel == null) return;
        try {
            channel.close();
        } catch (IOException e) {
            // It never was open to anybody.
        }
    }

    private long connectMillis() {
        return route.settings().connectTimeout().toMillis();
    }

    private void connectFailed(Throwable failure) {
        if (route.address() instanceof NodeAddress.Tcp tcp
                && tried < addresses.length
                && dialler.isWanted()) tryNext(tcp);
        else failed(failure);
    }

    // ---- there is a connection

    @Override
    public EndPoint makeEndPoint(SelectableChannel channel, ManagedSelector by, SelectionKey key) {
        selector = SharedSelectors.number(by);
        return new HonestEndPoint((SocketChannel) channel, by, key, connector.scheduler());
    }

    @Override
    public Connection makeConnection(
            SelectableChannel channel, EndPoint endPoint, @Nullable Object context) {
        connectNanos = System.nanoTime() - startNanos;
        plain = endPoint;
        PoolSettings settings = route.settings();
        boolean announces = settings.proxyProtocol() != ProxyProtocol.OFF;
        if (!announces && settings.tls() == null) {
            told.set(true); // nothing can go wrong any more
            return next(endPoint);
        }
        long left = connectMillis() - (System.nanoTime() - openNanos) / 1_000_000;
        timeout =
                connector
                        .scheduler()
                        .schedule(this::late, Math.max(1, left), TimeUnit.MILLISECONDS);
        if (!announces) return next(endPoint);
        return new Announcement(
                endPoint,
                connector.executor(),
                ProxyHeader.of(settings.proxyProtocol(), hop),
                this);
    }

    @Override
    public void open(Connection connection, @Nullable Object context) {
        connection.onOpen();
    }

    @Override
    public void connectFailed(
            SelectableChannel channel, Throwable failure, @Nullable Object context) {
        connectFailed(failure);
    }

    /// The PROXY header is written.
    void announced(EndPoint endPoint) {
        if (route.settings().tls() != null || claim()) endPoint.upgrade(next(endPoint));
    }

    /// What comes after the PROXY header.
    private Connection next(EndPoint endPoint) {
        NodeTls tls = route.settings().tls();
        if (tls == null)
            return dialler.connected(endPoint, new Link(connectNanos, -1, null, selector));
        tlsStartNanos = System.nanoTime();
        return TlsHandshake.on(
                endPoint,
                tls.engine(route.address(), route.protocols()),
                connector.executor(),
                connector.buffers(),
                this);
    }

    /// The handshake has succeeded.
    ///
    /// @param endPoint within TLS
    /// @param protocol chosen by ALPN, empty or null for none
    void secured(EndPoint endPoint, @Nullable String protocol) {
        if (!claim()) return;
        long nanos = System.nanoTime() - tlsStartNanos;
        String chosen = StringUtil.isEmpty(protocol) ? null : protocol;
        Link link = new Link(connectNanos, nanos, chosen, selector);
        endPoint.upgrade(dialler.connected(endPoint, link));
    }

    void tlsFailed(Throwable failure) {
        failed(NodeTlsException.of(failure));
    }

    /// Whoever gets it tells the dialler.
    private boolean claim() {
        if (!told.compareAndSet(false, true)) return false;
        Scheduler.Task waiting = timeout;
        if (waiting != null) waiting.cancel();
        return true;
    }

    private void late() {
        failed(new SocketTimeoutException("not ready within " + connectMillis() + " ms"));
    }

    void failed(Throwable failure) {
        if (!claim()) return;
        EndPoint opened = plain;
        if (opened != null) opened.close(failure);
        dialler.connectFailed(failure);
    }
}
