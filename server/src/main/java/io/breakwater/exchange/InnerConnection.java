package io.breakwater.exchange;

import io.breakwater.io.TunnelEnd;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.jspecify.annotations.Nullable;

/// A client's connection as an inner exchange names it, without being a request of it: it may be
/// gone.
///
/// @param of the client's
record InnerConnection(ClientConnection of) implements ClientConnection {
    @Override
    public long number() {
        return of.number();
    }

    @Override
    public Object listener() {
        return of.listener();
    }

    @Override
    public InetAddress peer() {
        return of.peer();
    }

    @Override
    public String peerAddress() {
        return of.peerAddress();
    }

    @Override
    public int peerPort() {
        return of.peerPort();
    }

    @Override
    public String localAddress() {
        return of.localAddress();
    }

    @Override
    public int localPort() {
        return of.localPort();
    }

    @Override
    public @Nullable HttpField altSvc() {
        return null; // the client's own exchange tells it
    }

    @Override
    public long beginRequest() {
        return 1;
    }

    @Override
    public long quietNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void endRequest() {
        // It was none of the connection's.
    }

    @Override
    public void watch(Exchange exchange) {
        // No client waits for it.
    }

    @Override
    public void tunnel(Exchange exchange, Runnable ready, Consumer<TunnelEnd> opened) {
        throw new IllegalStateException("an inner exchange asks for no upgrade");
    }
}
