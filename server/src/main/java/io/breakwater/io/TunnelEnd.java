package io.breakwater.io;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// One end of a tunnel: bytes from and to a client or a node, whatever is spoken on them.
///
/// One reader and one writer at a time, which may be two threads. [#close] and [#reset] may come
/// from any thread and any number of times. Nothing blocks.
///
/// The lock keeps the end from being closed under its reader's hands: the end point of an HTTP/2
/// stream would release a buffer twice. Only the non-blocking read and the closing run under it.
public class TunnelEnd {
    private final EndPoint endPoint;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable RetainableByteBuffer early;

    @GuardedBy("lock")
    private boolean closed;

    /// Takes an end point over.
    ///
    /// @param endPoint where bytes come from and go to; nobody else reads or writes it
    /// @param early bytes that have been read already, null for none; released here
    public TunnelEnd(EndPoint endPoint, @Nullable RetainableByteBuffer early) {
        this.endPoint = endPoint;
        this.early = early;
    }

    /// Reads what is there.
    ///
    /// @param into where to; in flush mode, bytes are appended
    /// @return how many, 0 when there is nothing yet, -1 at the end
    /// @throws IOException when the peer has reset
    public final int fill(ByteBuffer into) throws IOException {
        synchronized (lock) {
            if (closed) return -1;
            RetainableByteBuffer first = early;
            if (first == null) return endPoint.fill(into);
            int filled = BufferUtil.append(into, first.getByteBuffer());
            if (!first.hasRemaining()) {
                early = null;
                first.release();
            }
            return filled;
        }
    }

    /// Asks for one call when a read would give something. At most one at a time, after a read that
    /// gave nothing.
    ///
    /// @param readable succeeds on a selector's thread, or fails when the end is closed
    public void awaitReadable(Callback readable) {
        endPoint.fillInterested(readable);
    }

    /// Writes. One write at a time.
    ///
    /// @param written told when all bytes are taken, or that they cannot be
    /// @param buffers the bytes, not to be touched until then
    public final void write(Callback written, ByteBuffer... buffers) {
        endPoint.write(written, buffers);
    }

    /// Says that no more will be written.
    public final void shutdownOutput() {
        endPoint.shutdownOutput();
    }

    /// Closes in order. A pending write fails.
    public final void close() {
        close(false);
    }

    /// Closes so that the peer sees that something went wrong, where the protocol has a way to say
    /// so.
    public final void reset() {
        close(true);
    }

    private void close(boolean abruptly) {
        synchronized (lock) {
            if (closed) return;
            closed = true;
            RetainableByteBuffer first = early;
            early = null;
            if (first != null) first.release();
            if (abruptly) abandon(endPoint);
            closeEndPoint(endPoint);
        }
    }

    /// Makes the closing that follows an abrupt one.
    ///
    /// @param of the end point
    protected void abandon(EndPoint of) {
        EndPoint inner = of;
        while (inner instanceof EndPoint.Wrapper wrapper) inner = wrapper.unwrap();
        if (!(inner.getTransport() instanceof SocketChannel channel)
                || !channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) return;
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            return; // it is closed already
        }
        inner.close();
    }

    /// Closes the end point.
    ///
    /// @param of the end point
    protected void closeEndPoint(EndPoint of) {
        of.close();
    }
}
