package io.breakwater.listen;

import io.breakwater.exchange.Handshake.Outcome;
import io.breakwater.tls.ClientHello;
import io.breakwater.tls.ServerTls;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/// The connection in front of a client's TLS: reads what the client says first, which decides who
/// speaks TLS with it, and makes place for that.
final class HelloOpening extends AbstractConnection.NonBlocking
        implements Connection.UpgradeFrom, Connection.UpgradeTo, Opening {
    /// Room for a hello as browsers send it.
    private static final int USUAL_BYTES = 2048;

    private final ListenAddress listener;
    private final ServerTls tls;
    private final long begin = System.nanoTime();
    private ByteBuffer come = BufferUtil.EMPTY_BUFFER;
    private volatile boolean timedOut;

    HelloOpening(ListenAddress listener, EndPoint endPoint, ServerTls tls) {
        super(endPoint, listener.connector().getExecutor());
        this.listener = listener;
        this.tls = tls;
    }

    /// What came with a PROXY header.
    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        come = BufferUtil.allocate(Math.max(USUAL_BYTES, buffer.remaining()));
        BufferUtil.append(come, buffer);
    }

    @Override
    public void onOpen() {
        listener.opened(this);
        super.onOpen();
        if (come.hasRemaining()) onFillable();
        else fillInterested();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        listener.closed(this);
        super.onClose(cause);
    }

    @Override
    public void checkDeadline(long now, long most) {
        if (now - begin <= most) return;
        timedOut = true;
        getEndPoint().close();
    }

    @Override
    public void onFillable() {
        try {
            while (true) {
                int length = come.hasRemaining() ? ClientHello.length(come) : USUAL_BYTES;
                if (come.remaining() >= length) {
                    goOn();
                    return;
                }
                int filled = getEndPoint().fill(room(length));
                if (filled < 0) {
                    failed(new EOFException("the client left"));
                    return;
                }
                if (filled == 0) {
                    fillInterested();
                    return;
                }
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /// Where to read more to.
    private ByteBuffer room(int length) {
        if (come.capacity() >= length) return come;
        ByteBuffer larger = BufferUtil.allocate(Math.max(USUAL_BYTES, length));
        BufferUtil.append(larger, come);
        come = larger;
        return come;
    }

    private void goOn() {
        EndPoint endPoint = getEndPoint();
        Connection next =
                listener.securing(endPoint, tls, tls.engine(ClientHello.read(come)), begin);
        endPoint.upgrade(next);
    }

    @Override
    public @Nullable ByteBuffer onUpgradeFrom() {
        return come;
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        failed(cause);
    }

    private void failed(Throwable failure) {
        EndPoint endPoint = getEndPoint();
        if (timedOut) TlsOpening.tell(listener, endPoint, Outcome.TIMEOUT, TlsOpening.TOO_SLOW);
        else TlsOpening.tell(listener, endPoint, Outcome.CLIENT_LEFT, "the client left");
        endPoint.close(failure);
    }
}
