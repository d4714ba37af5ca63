package io.breakwater.listen;

import io.breakwater.io.TunnelEnd;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a client's connection or stream becomes after a 101, or the 200 to an extended CONNECT: the
/// server has let go of its end point, which is handed over as the client's end of a tunnel.
final class TunnelConnection extends AbstractConnection.NonBlocking
        implements Connection.UpgradeTo {
    private final Function<@Nullable RetainableByteBuffer, TunnelEnd> end;
    private final Consumer<TunnelEnd> opened;
    private final Runnable closed;
    private @Nullable RetainableByteBuffer early;

    /// @param end makes the client's end, given bytes that the server has read too much
    /// @param opened gets it
    /// @param closed run when the end point has been closed
    TunnelConnection(
            EndPoint endPoint,
            Executor executor,
            Function<@Nullable RetainableByteBuffer, TunnelEnd> end,
            Consumer<TunnelEnd> opened,
            Runnable closed) {
        super(endPoint, executor);
        this.end = end;
        this.opened = opened;
        this.closed = closed;
    }

    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        early = RetainableByteBuffer.wrap(buffer);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        RetainableByteBuffer first = early;
        early = null;
        opened.accept(end.apply(first));
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        closed.run();
    }

    /// The tunnel waits with callbacks of its own.
    @Override
    public void onFillable() {
        throw new IllegalStateException("nobody has asked");
    }
}
