package io.breakwater.listen;

import io.breakwater.exchange.ClientConnection;
import io.breakwater.exchange.Exchange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.ConnectionMetaData;

/// An HTTP/2 client connection as exchanges see it. Kept as an attribute of Jetty's connection.
final class Http2Client implements ClientConnection {
    private static final String ATTRIBUTE = Http2Client.class.getName();

    private final ListenAddress listener;
    private final long number;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final String peerAddress;
    private final AtomicLong requests = new AtomicLong();

    private Http2Client(ListenAddress listener, ConnectionMetaData connection) {
        this.listener = listener;
        this.number = listener.nextConnectionNumber();
        this.remote = inet(connection.getRemoteSocketAddress());
        this.local = inet(connection.getLocalSocketAddress());
        this.peerAddress = remote.getAddress().getHostAddress();
    }

    private static InetSocketAddress inet(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /// The one of a connection; made at its first request. Streams of one connection are begun by
    /// one thread.
    static Http2Client of(ListenAddress listener, ConnectionMetaData connection) {
        if (connection.getAttribute(ATTRIBUTE) instanceof Http2Client known) return known;
        Http2Client made = new Http2Client(listener, connection);
        connection.setAttribute(ATTRIBUTE, made);
        return made;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public ListenAddress listener() {
        return listener;
    }

    @Override
    public InetAddress peer() {
        return remote.getAddress();
    }

    @Override
    public String peerAddress() {
        return peerAddress;
    }

    @Override
    public int peerPort() {
        return remote.getPort();
    }

    @Override
    public String localAddress() {
        return local.getAddress().getHostAddress();
    }

    @Override
    public int localPort() {
        return local.getPort();
    }

    @Override
    public long beginRequest() {
        return requests.incrementAndGet();
    }

    @Override
    public long quietNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void endRequest() {
        // HTTP/2 keeps its own idle time.
    }

    @Override
    public void watch(Exchange exchange) {
        // RST_STREAM and GOAWAY are reported by Jetty.
    }
}
