package io.breakwater.listen;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.ServerConfig.Protocol;
import io.breakwater.exchange.Handshake;
import io.breakwater.listen.ListenAddress.Served;
import io.breakwater.listen.quic.QuicLibrary;
import io.breakwater.listen.quic.QuicOwner;
import io.breakwater.listen.quic.QuicPort;
import io.breakwater.tls.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a listener has to do with HTTP/3: its port, while it is wanted or its last connections end,
/// or why there is none. Nothing of QUIC is touched before a server asks for it.
///
/// A server that asks for it where it cannot be had (no native library for this machine, no
/// certificate yet) goes on with its other protocols and says so; a port that is taken is a fault
/// of the configuration.
final class Http3Side implements QuicOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Http3Side.class);
    private static final String OFF = "off";
    private static final String ON = "on";
    private static final String DRAINING = "draining";
    private static final int REMEMBERED_SECONDS = 86_400;

    private final ListenAddress listener;
    private final Server server;
    private final Executor executor;
    private final QuicLibrary library;

    private volatile @Nullable QuicPort port;
    private volatile @Nullable HttpField altSvc;
    private volatile String state = OFF;

    /// The state in the configuration that may come into force next.
    @GuardedBy("this")
    private String coming = OFF;

    /// The state once nothing drains any more.
    @GuardedBy("this")
    private String settled = OFF;

    Http3Side(ListenAddress listener, Server server, Executor executor, QuicLibrary library) {
        this.listener = listener;
        this.server = server;
        this.executor = executor;
        this.library = library;
    }

    /// Gets ready for a configuration without changing what is in force. Blocks on files.
    ///
    /// @param next it
    /// @throws IOException when the port cannot be bound
    synchronized void prepare(Served next) throws IOException {
        if (!next.server().protocols().contains(Protocol.H3)) {
            coming = OFF;
            return;
        }
        Identity identity = next.quic();
        if (identity == null) {
            coming = "there is no certificate yet";
            return;
        }
        String problem = library.load();
        if (problem != null) {
            coming = problem;
            return;
        }
        QuicPort open = port;
        if (open == null) port = QuicPort.open(server, executor, library, at(), this, identity);
        else open.prepare(identity);
        coming = ON;
    }

    private InetSocketAddress at() {
        InetAddress host = listener.address().getAddress();
        return host == null
                ? InetSocketAddress.createUnresolved(
                        listener.address().getHostString(), listener.port())
                : new InetSocketAddress(host, listener.port());
    }

    /// What was prepared is not taken. Blocks on files.
    synchronized void forget() {
        QuicPort open = port;
        if (open == null) return;
        if (state.equals(ON) || state.equals(DRAINING)) quietly(open::forget);
        else close(open);
    }

    /// What was prepared is in force. Blocks on files.
    synchronized void commit(ServerConfig config) {
        String before = state;
        settled = coming;
        QuicPort open = port;
        if (open == null) {
            state = settled;
            if (!state.equals(OFF) && !state.equals(before))
                LOG.error(
                        "server {} goes on without HTTP/3 on {}: {}",
                        config.name(),
                        listener.address(),
                        state);
            return;
        }
        if (settled.equals(ON)) {
            state = ON;
            quietly(open::commit);
            open.accept(true);
            int told = config.altSvcPort() == 0 ? listener.port() : config.altSvcPort();
            altSvc =
                    new HttpField(
                            HttpHeader.ALT_SVC, "h3=\":" + told + "\"; ma=" + REMEMBERED_SECONDS);
            if (!before.equals(ON))
                LOG.info(
                        "server {} speaks HTTP/3, which is experimental, on UDP port {}",
                        config.name(),
                        listener.port());
        } else {
            drain(open);
        }
    }

    /// The listener is taken away.
    synchronized void drain() {
        settled = OFF;
        QuicPort open = port;
        if (open != null) drain(open);
    }

    /// Lets no connection begin; the others end with what they are doing.
    @GuardedBy("this")
    private void drain(QuicPort open) {
        altSvc = null;
        state = DRAINING;
        open.drain();
    }

    /// Goes on with draining. May block.
    synchronized void sweep() {
        QuicPort open = port;
        if (open == null || open.isAccepting()) return;
        open.endIdle();
        if (open.connections() > 0) return;
        close(open);
        state = settled;
    }

    /// Ends what is left. May block.
    synchronized void stop() {
        altSvc = null;
        settled = OFF;
        state = OFF;
        QuicPort open = port;
        if (open != null) close(open);
    }

    @GuardedBy("this")
    private void close(QuicPort open) {
        port = null;
        quietly(open::stop);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            LOG.warn("temporary files of HTTP/3 stay", e);
        }
    }

    int connections() {
        QuicPort open = port;
        return open == null ? 0 : open.connections();
    }

    /// What tells clients of it, null while it is not there.
    @Nullable HttpField altSvc() {
        return altSvc;
    }

    /// `off`, `on`, `draining`, or why it is not there although it is wanted.
    String state() {
        return state;
    }

    // ---- QuicOwner

    @Override
    public ServerConfig config() {
        return listener.config();
    }

    @Override
    public Object listener() {
        return listener;
    }

    @Override
    public HttpConfiguration httpConfiguration() {
        return listener.httpConfiguration();
    }

    @Override
    public long nextConnectionNumber() {
        return listener.nextConnectionNumber();
    }

    @Override
    public void handshake(Handshake handshake) {
        listener.handshake(handshake);
    }

    @Override
    public void ended(Object connection) {
        listener.free(connection);
    }
}
