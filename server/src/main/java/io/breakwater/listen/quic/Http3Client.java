package io.breakwater.listen.quic;

import io.breakwater.exchange.ClientConnection;
import io.breakwater.exchange.Exchange;
import io.breakwater.io.TunnelEnd;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.jspecify.annotations.Nullable;

/// An HTTP/3 client connection as exchanges see it. Its address is the one that it had when it
/// began, which it has proved to be its own.
final class Http3Client implements ClientConnection {
    private final Object listener;
    private final long number;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final String peerAddress;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();

    Http3Client(QuicOwner owner, InetSocketAddress remote, InetSocketAddress local) {
        this.listener = owner.listener();
        this.number = owner.nextConnectionNumber();
        this.remote = remote;
        this.local = local;
        this.peerAddress = remote.getAddress().getHostAddress();
    }

    /// Whether a request is being answered. Any thread.
    boolean isBusy() {
        return inFlight.get() > 0;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public Object listener() {
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
        return null; // it has come the other way already
    }

    @Override
    public long beginRequest() {
        inFlight.incrementAndGet();
        return requests.incrementAndGet();
    }

    @Override
    public long quietNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void endRequest() {
        inFlight.decrementAndGet();
    }

    @Override
    public void watch(Exchange exchange) {
        // Resets and closes are reported by Jetty.
    }

    @Override
    public void tunnel(Exchange exchange, Runnable ready, Consumer<TunnelEnd> opened) {
        throw new IllegalStateException("no protocol is changed to over HTTP/3");
    }
}
