package io.breakwater.upstream.transport;

import io.breakwater.io.TunnelEnd;
import java.io.EOFException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection to a node. It belongs to one exchange at a time, or lies idle in its
/// pool, or is closed: `owner` says which and is the only thing that is raced for.
///
/// One interest in reading is registered all the time but while somebody reads, idle or not: the
/// answer to a request costs one registration, and a node that closes an idle connection is noticed
/// at once.
final class NodeConnection extends AbstractConnection.NonBlocking {
    private static final Object IDLE = new Object();
    private static final Object CLOSED = new Object();

    private final Http1Pool pool;
    private final ResponseReader reader;
    private final @Nullable Hop hop;
    private final int selector;
    private final AtomicReference<Object> owner;
    private volatile long idleSinceNanos;
    private int requests;

    NodeConnection(EndPoint endPoint, int selector, Http1Pool pool, Http1Exchange first) {
        super(endPoint, pool.connector().executor());
        this.pool = pool;
        this.reader = new ResponseReader(endPoint, pool.connector().buffers());
        this.owner = new AtomicReference<>(first);
        this.hop = pool.hop(first);
        this.selector = selector;
        endPoint.setIdleTimeout(0); // exchanges have deadlines, the pool sweeps
    }

    /// Whom it speaks for, null for anybody.
    @Nullable Hop hop() {
        return hop;
    }

    /// The number of the selector that serves it, [io.breakwater.io.SharedSelectors#NONE] when that
    /// is not known.
    int selector() {
        return selector;
    }

    ResponseReader reader() {
        return reader;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        pool.opened();
        if (!(owner.get() instanceof Http1Exchange exchange)) return;
        requests = 1;
        awaitReadable();
        if (exchange.begin(this, false)) return;
        if (exchange.isOver()) release(exchange, true);
        else exchange.fail(new EOFException("closed by the node at once"));
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        pool.closed();
    }

    /// Takes the connection out of its idleness.
    ///
    /// @return false when it has been closed in the meantime
    boolean take(Http1Exchange exchange) {
        if (!owner.compareAndSet(IDLE, exchange)) return false;
        requests++;
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // this very exchange
    boolean isOwnedBy(Http1Exchange exchange) {
        return owner.get() == exchange;
    }

    /// Asks for one call when there is something to read.
    void awaitReadable() {
        fillInterested();
    }

    /// An exchange no longer needs the connection.
    ///
    /// @param exchange the owner
    /// @param reusable whether request and response are both complete
    void release(Http1Exchange exchange, boolean reusable) {
        if (!reusable || !pool.mayReuse(requests)) {
            close(new ClosedChannelException());
            return;
        }
        getEndPoint().setIdleTimeout(0);
        idleSinceNanos = System.nanoTime();
        if (!owner.compareAndSet(exchange, IDLE)) return;
        if (!isFillInterested()) awaitReadable();
        pool.put(this);
    }

    /// Closes the connection if it is idle.
    void closeIdle() {
        if (owner.compareAndSet(IDLE, CLOSED)) getEndPoint().close();
    }

    /// Closes the connection. Any thread.
    void close(Throwable why) {
        owner.set(CLOSED);
        // The reader first: the end of a closed end point is not the end of a response.
        reader.close(why);
        getEndPoint().close(why);
    }

    /// The connection as an end of a tunnel, with what was read after the head. It stays one of its
    /// pool's, and its owner's, until that is closed.
    TunnelEnd tunnelEnd() {
        return new End(reader.takeRest());
    }

    private final class End extends TunnelEnd {
        End(@Nullable RetainableByteBuffer early) {
            super(NodeConnection.this.getEndPoint(), early);
        }

        @Override
        protected void closeEndPoint(EndPoint of) {
            NodeConnection.this.close(new ClosedChannelException());
        }
    }

    /// How long it has been idle.
    long idleNanos() {
        return System.nanoTime() - idleSinceNanos;
    }

    /// Has the connection closed if nothing moves on it any more.
    void endWithin(long millis) {
        getEndPoint().setIdleTimeout(millis);
    }

    @Override
    public void onFillable() {
        if (owner.get() instanceof Http1Exchange exchange && exchange.isSent()) {
            exchange.onReadable();
        } else if (reader.isQuiet()) {
            awaitReadable();
        } else {
            // Closed by the node, or it speaks without being asked: of no use to anybody, not even
            // to an exchange that has just taken it.
            EOFException why = new EOFException("closed by the node while idle");
            Object last = owner.getAndSet(CLOSED);
            if (!CLOSED.equals(last)) pool.idleLife().closed(idleNanos());
            reader.close(why);
            getEndPoint().close();
            if (last instanceof Http1Exchange exchange) exchange.lost(this, why);
            else pool.remove(this);
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable failure) {
        Object last = owner.getAndSet(CLOSED);
        close(failure);
        if (last instanceof Http1Exchange exchange) exchange.lost(this, failure);
    }
}
