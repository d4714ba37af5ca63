package io.breakwater.listen;

import io.breakwater.exchange.ClientConnection;
import io.breakwater.exchange.Exchange;
import io.breakwater.io.Gathering;
import io.breakwater.io.TunnelEnd;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 client connection as exchanges see it. Kept as an attribute of Jetty's connection.
final class Http2Client implements ClientConnection {
    private static final String ATTRIBUTE = Http2Client.class.getName();

    private final ListenAddress listener;
    private final long number;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final String peerAddress;
    private final AtomicLong requests = new AtomicLong();
    private final @Nullable Gathering written;
    private final Map<Integer, Exchange> watched = new ConcurrentHashMap<>();

    private Http2Client(ListenAddress listener, ConnectionMetaData connection) {
        this.listener = listener;
        this.number = listener.nextConnectionNumber();
        this.remote = inet(connection.getRemoteSocketAddress());
        this.local = inet(connection.getLocalSocketAddress());
        this.peerAddress = remote.getAddress().getHostAddress();
        this.written =
                connection.getConnection().getEndPoint() instanceof Gathering gathering
                        ? gathering
                        : null;
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
    public @Nullable HttpField altSvc() {
        return listener.altSvc();
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
    public void gather(Runnable writing) {
        if (written != null) written.gather(writing);
        else writing.run();
    }

    @Override
    public void writeOut() {
        if (written != null) written.writeOut();
    }

    /// RST_STREAM and GOAWAY are reported by Jetty; streams that it resets itself are not.
    @Override
    public void watch(Exchange exchange) {
        Request request = exchange.request();
        if (!(request.getConnectionMetaData().getConnection() instanceof HTTP2Connection jetty))
            return;
        int stream = Integer.parseInt(request.getId());
        watched.put(stream, exchange);
        if (jetty.getSession().getStream(stream) != null) return;
        watched.remove(stream);
        if (!exchange.response().isCommitted()) exchange.clientLeft();
    }

    /// A stream is closed.
    ///
    /// @param connection its connection
    /// @param stream its number
    /// @param early whether it was reset, or its client has not sent all
    static void closed(ConnectionMetaData connection, int stream, boolean early) {
        if (!(connection.getAttribute(ATTRIBUTE) instanceof Http2Client client)) return;
        Exchange exchange = client.watched.remove(stream);
        if (early && exchange != null) exchange.clientLeft();
    }

    @Override
    public void tunnel(Exchange exchange, Runnable ready, Consumer<TunnelEnd> opened) {
        Request request = exchange.request();
        EndPoint endPoint = request.getTunnelSupport().getEndPoint();
        request.setAttribute(
                HttpStream.UPGRADE_CONNECTION_ATTRIBUTE,
                new TunnelConnection(
                        endPoint,
                        request.getComponents().getExecutor(),
                        early -> new End(endPoint, early, this::writeOut),
                        opened,
                        () -> {}));
        ready.run();
    }

    /// The client's end of a tunnel over a stream.
    private static final class End extends TunnelEnd {
        private final Runnable writeOut;

        End(EndPoint endPoint, @Nullable RetainableByteBuffer early, Runnable writeOut) {
            super(endPoint, early);
            this.writeOut = writeOut;
        }

        /// A stream that is closed before its output has ended is reset.
        @Override
        protected void closeEndPoint(EndPoint of) {
            if (!of.isOutputShutdown()) abandon(of);
            super.closeEndPoint(of);
        }

        /// RFC 8441 §5: a reset becomes RST_STREAM with CANCEL.
        @Override
        protected void abandon(EndPoint of) {
            writeOut.run();
            if (of.getTransport() instanceof Stream stream)
                stream.reset(
                        new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code),
                        Callback.NOOP);
        }
    }
}
