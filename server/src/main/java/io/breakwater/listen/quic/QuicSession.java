package io.breakwater.listen.quic;

import io.breakwater.exchange.Handshake;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.quic.api.Session;
import org.eclipse.jetty.quic.api.frames.ConnectionCloseFrame;
import org.eclipse.jetty.quic.quiche.Quiche;
import org.eclipse.jetty.quic.quiche.server.QuicheServerQuicConfiguration;
import org.eclipse.jetty.quic.quiche.server.internal.ServerQuicheSession;
import org.eclipse.jetty.quic.util.ErrorCode;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.Promise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client's connection over QUIC.
final class QuicSession extends ServerQuicheSession {
    private static final Logger LOG = LoggerFactory.getLogger(QuicSession.class);

    private final QuicOwner owner;
    private final Http3Client client;

    QuicSession(
            Connector connector,
            QuicheServerQuicConfiguration settings,
            Quiche quiche,
            QuicConnection connection,
            InetSocketAddress local,
            InetSocketAddress remote,
            Session.Listener listener,
            QuicOwner owner) {
        super(connector, settings, quiche, connection, local, remote, listener);
        this.owner = owner;
        this.client = new Http3Client(owner, remote, local);
    }

    Http3Client client() {
        return client;
    }

    /// A handshake has as long as a request head.
    void waitForHandshake() {
        setIdleTimeout(owner.config().headerTimeout().toMillis());
    }

    @Override
    protected void emitOpen() {
        setIdleTimeout(owner.config().idleTimeout().toMillis());
        super.emitOpen();
        tell(Handshake.Outcome.DONE, "TLSv1.3");
    }

    @Override
    protected void emitDisconnect() {
        super.emitDisconnect();
        owner.ended(client);
    }

    /// Nothing has come or gone for as long as it may. By the scheduler's thread.
    void idle() {
        if (!isOpen()) {
            tell(Handshake.Outcome.TIMEOUT, "no end within header-timeout");
            end("handshake_timeout", new TimeoutException("no end of the handshake"));
            return;
        }
        // Exchanges have their own deadlines; what they wait for may be a node.
        if (!client.isBusy())
            onIdleTimeout(
                    new TimeoutException(
                            "nothing for "
                                    + TimeUnit.MILLISECONDS.toSeconds(getIdleTimeout())
                                    + " s"));
        // It goes when its end is told; or it is just beginning, and stays.
        setIdleTimeout(owner.config().idleTimeout().toMillis());
    }

    /// Asks the client to send no more requests, and ends when those that it has sent are answered.
    void goAway() {
        if (!isOpen()) {
            end("shutdown", new TimeoutException("no end of the handshake"));
            return;
        }
        CompletableFuture<?> told = shutdown();
        told.exceptionally(failure -> {
            LOG.debug("{} did not go", this, failure);
            return null;
        });
    }

    /// Ends it at once, with what it is doing.
    void close() {
        close(new ConnectionCloseFrame(ErrorCode.NO_ERROR.code(), "close"), noop());
    }

    private void end(String reason, Exception why) {
        disconnect(new ConnectionCloseFrame(ErrorCode.NO_ERROR.code(), reason), why, noop());
    }

    private static Promise.Invocable<Session> noop() {
        return Promise.Invocable.noop();
    }

    private void tell(Handshake.Outcome outcome, String words) {
        owner.handshake(new Handshake(owner.config().name(), client.peerAddress(), outcome, words));
    }
}
