package io.breakwater.io;

import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.Callback;

/// TLS on a connection. What is within it is read by the selector's thread.
public class InlineTls extends SslConnection {
    /// Makes it.
    ///
    /// @param buffers where buffers come from; direct ones are used
    /// @param executor of tasks
    /// @param plain what bytes are exchanged with
    /// @param engine one connection's
    protected InlineTls(
            ByteBufferPool buffers, Executor executor, EndPoint plain, SSLEngine engine) {
        super(buffers, executor, null, plain, engine, true, true);
    }

    @Override
    protected SslEndPoint newSslEndPoint() {
        return new Within();
    }

    private final class Within extends SslEndPoint {
        @Override
        public void fillInterested(Callback callback) {
            super.fillInterested(InlineCallback.of(callback));
        }

        @Override
        public boolean tryFillInterested(Callback callback) {
            return super.tryFillInterested(InlineCallback.of(callback));
        }
    }
}
