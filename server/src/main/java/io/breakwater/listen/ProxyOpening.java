package io.breakwater.listen;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first connection on a listener behind a trusted proxy: reads the PROXY header, notes on the
/// end point whose connection it is, and makes place for TLS or HTTP.
final class ProxyOpening extends AbstractConnection.NonBlocking
        implements Connection.UpgradeFrom, Opening {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyOpening.class);

    private final ListenAddress listener;
    private final boolean required;
    private final boolean trusted;
    private final long begin = System.nanoTime();
    private final ByteBuffer come = BufferUtil.allocate(ProxyPreface.MOST_BYTES);

    /// Makes the connection of an accepted end point.
    ///
    /// @param required whether a connection without a header is refused
    /// @param trusted whether the peer may speak for others
    ProxyOpening(ListenAddress listener, EndPoint endPoint, boolean required, boolean trusted) {
        super(endPoint, listener.connector().getExecutor());
        this.listener = listener;
        this.required = required;
        this.trusted = trusted;
    }

    /// An end point that can be told whose connection it is.
    interface Announced {
        /// Notes it.
        ///
        /// @param header with addresses
        void announce(ProxyPreface.Header header);
    }

    @Override
    public void onOpen() {
        listener.opened(this);
        super.onOpen();
        if (trusted) fillInterested();
        else refuse("proxy-protocol is required, and the peer is none of trusted-proxies");
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        listener.closed(this);
        super.onClose(cause);
    }

    @Override
    public void checkDeadline(long now, long most) {
        if (now - begin > most) getEndPoint().close();
    }

    @Override
    public void onFillable() {
        try {
            while (true) {
                int filled = getEndPoint().fill(come);
                if (filled < 0) throw new EOFException("the proxy left");
                ProxyPreface.Found found = ProxyPreface.find(come);
                if (!(found instanceof ProxyPreface.More)) {
                    found(found);
                    return;
                }
                if (filled == 0) {
                    fillInterested();
                    return;
                }
            }
        } catch (IOException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private void found(ProxyPreface.Found found) {
        switch (found) {
            case ProxyPreface.Header header -> {
                come.position(come.position() + header.bytes());
                if (header.client() != null && getEndPoint() instanceof Announced endPoint)
                    endPoint.announce(header);
                goOn();
            }
            case ProxyPreface.Broken broken -> refuse("its PROXY header is wrong: " + broken.why());
            case ProxyPreface.None none -> {
                if (required) refuse("it does not begin with a PROXY header");
                else goOn();
            }
            case ProxyPreface.More more -> throw new IllegalStateException("not all has come");
        }
    }

    private void goOn() {
        EndPoint endPoint = getEndPoint();
        Connection next = listener.accepted(endPoint);
        endPoint.upgrade(next);
    }

    private void refuse(String why) {
        LOG.debug(
                "a connection from {} is closed: {}", getEndPoint().getRemoteSocketAddress(), why);
        getEndPoint().close();
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        refuse(String.valueOf(cause.getMessage()));
    }

    /// What came behind the header.
    @Override
    public @Nullable ByteBuffer onUpgradeFrom() {
        return come.hasRemaining() ? come : null;
    }
}
