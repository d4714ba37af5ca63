package io.breakwater.io;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

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

    private final class Within extends SslEndPoint implements Gathering {
        private volatile @Nullable GatheredWrites writes;

        @Override
        public void gather(Runnable writing) {
            GatheredWrites gathered = writes;
            if (gathered == null && unwrap() instanceof HonestEndPoint plain)
                gathered = writes = new GatheredWrites(plain, super::write);
            if (gathered != null) gathered.gather(writing);
            else writing.run();
        }

        @Override
        public void write(Callback callback, ByteBuffer... buffers) {
            GatheredWrites gathered = writes;
            if (gathered != null) gathered.write(callback, buffers);
            else super.write(callback, buffers);
        }

        @Override
        public void writeOut() {
            GatheredWrites gathered = writes;
            if (gathered != null) gathered.writeOut();
        }

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
