package io.breakwater.upstream.transport;

import io.breakwater.io.InlineTls;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.BufferUtil;

/// The first connection within TLS: waits for the handshake, then makes place for the one that uses
/// it, which by then may know the protocol that was agreed upon.
final class TlsHandshake extends AbstractConnection.NonBlocking implements SslHandshakeListener {
    private final Dial dial;
    private final SSLEngine engine;
    private boolean succeeded;

    private TlsHandshake(EndPoint endPoint, Executor executor, SSLEngine engine, Dial dial) {
        super(endPoint, executor);
        this.dial = dial;
        this.engine = engine;
    }

    /// Makes the connection of a plain end point that begins TLS on it when it is opened.
    static SslConnection on(
            EndPoint plain,
            SSLEngine engine,
            Executor executor,
            ByteBufferPool buffers,
            Dial dial) {
        SslConnection tls = new Tls(buffers, executor, plain, engine);
        tls.setRenegotiationAllowed(false);
        // A body that is delimited by the end of the connection is whole only if the node says so.
        tls.setRequireCloseMessage(true);
        TlsHandshake handshake = new TlsHandshake(tls.getSslEndPoint(), executor, engine, dial);
        tls.addHandshakeListener(handshake);
        tls.getSslEndPoint().setConnection(handshake);
        return tls;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        try {
            getEndPoint().flush(BufferUtil.EMPTY_BUFFER);
        } catch (IOException e) {
            dial.tlsFailed(e);
            return;
        }
        onFillable();
    }

    @Override
    public void onFillable() {
        try {
            int filled = 1;
            while (!succeeded && filled > 0) filled = getEndPoint().fill(BufferUtil.EMPTY_BUFFER);
            if (succeeded) dial.secured(getEndPoint(), engine.getApplicationProtocol());
            else if (filled == 0) fillInterested();
            else dial.tlsFailed(new EOFException());
        } catch (IOException e) {
            dial.tlsFailed(e);
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        dial.tlsFailed(cause);
    }

    @Override
    public void handshakeSucceeded(Event event) {
        succeeded = true;
    }

    /// TLS whose failures have words.
    private static final class Tls extends InlineTls {
        Tls(ByteBufferPool buffers, Executor executor, EndPoint plain, SSLEngine engine) {
            super(buffers, executor, plain, engine);
        }

        @Override
        protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
                throws SSLException {
            try {
                return super.wrap(engine, input, output);
            } catch (SSLException e) {
                throw NodeTlsException.of(e);
            }
        }

        @Override
        protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer input, ByteBuffer output)
                throws SSLException {
            try {
                return super.unwrap(engine, input, output);
            } catch (SSLException e) {
                throw NodeTlsException.of(e);
            }
        }
    }
}
