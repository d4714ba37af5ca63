package io.breakwater.upstream.transport;

import io.breakwater.io.TunnelEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/// One request and its response over HTTP/1.1.
///
/// ```
/// send -> connection, kept or new -> head, body (RequestWriter)  -> request done ---+
///                                 -> interim.. head, body (read) -> response done --+-> pool
/// ```
///
/// When the response ends before the request has, the connection is closed: nobody knows how much
/// of the body the node will take for another request. A request that cannot be written is no
/// failure by itself: the node may have answered before it closed.
///
/// A 101 that was asked for is told when the request is written, too: then nobody else reads or
/// writes the connection, and it can be taken over.
///
/// `over` decides between the end and a failure from elsewhere: whoever sets it tells the listener.
final class Http1Exchange implements NodeExchange, IncomingResponse, Content.Source, Dialler {
    private static final long SURELY_OPEN_NANOS = 1_000_000_000L;
    private static final long LAST_BYTES_MILLIS = 10_000;

    /// Chunks in a row before other connections have their turn.
    private static final int CHUNKS_PER_TURN = 16;

    private final Http1Pool pool;
    private final OutgoingRequest request;
    private final ExchangeListener listener;
    private final AtomicBoolean over = new AtomicBoolean();

    /// What is not done yet: request and response.
    private final AtomicInteger parts = new AtomicInteger(2);

    private volatile @Nullable NodeConnection connection;
    private volatile @Nullable RequestWriter writer;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Runnable demand;
    private volatile boolean reused;
    private volatile boolean sent;
    private volatile boolean proceeding;
    private volatile boolean reusable;
    private volatile boolean unwritten;
    private volatile boolean switching;
    private volatile ByteBuffer head = BufferUtil.EMPTY_BUFFER;
    private volatile long connectNanos = -1;
    private volatile long idleNanos;
    private volatile long tlsNanos = -1;

    // Of whoever reads the response: one after the other.
    private int status;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private HttpFields fields = HttpFields.EMPTY;
    private @Nullable HttpFields trailers;
    private boolean responseDone;
    private int fills;

    Http1Exchange(Http1Pool pool, OutgoingRequest request, ExchangeListener listener) {
        this.pool = pool;
        this.request = request;
        this.listener = listener;
    }

    // ---- request

    @Override
    public void send() {
        try {
            head = HeadWriter.head(request);
        } catch (IllegalArgumentException e) {
            fail(e);
        }
        boolean fresh = request.fresh() || (!request.isIdempotent() && !pool.idleLife().isLong());
        while (!isOver()) {
            NodeConnection kept = fresh ? null : pool.take(this);
            if (kept == null) {
                pool.connect(this);
                return;
            }
            idleNanos = kept.idleNanos();
            if (isSure(kept) && begin(kept, true)) return;
            kept.close(new ClosedChannelException());
            reused = false;
            connection = null;
        }
    }

    /// Whether a kept connection is open, as far as can be known. What cannot be sent twice goes
    /// only over one that is surely so: the node may have closed it in this moment.
    private boolean isSure(NodeConnection kept) {
        if (request.isIdempotent()) return idleNanos < SURELY_OPEN_NANOS || kept.reader().isQuiet();
        return pool.idleLife().isYoung(idleNanos) && kept.reader().isQuiet();
    }

    /// Sends over a connection.
    ///
    /// @return false when that is not to be: the exchange is over, or the connection closed
    boolean begin(NodeConnection to, boolean kept) {
        reused = kept;
        connection = to;
        if (isOver() || !to.isOwnedBy(this)) return false;
        to.reader().begin(request.method().equals("HEAD"));
        RequestWriter writing =
                new RequestWriter(
                        this, to.getEndPoint(), request, head, pool.connector().executor());
        writer = writing;
        listener.sending();
        sent = true;
        if (proceeding) writing.proceed();
        writing.iterate();
        return true;
    }

    /// A connection was lost before anything was sent over it. Without effect when another one has
    /// been taken since.
    @SuppressWarnings("ReferenceEquality") // this very connection
    void lost(NodeConnection which, Throwable why) {
        if (connection == which) fail(why);
    }

    /// Whether writing has begun, so that bytes from the node can be an answer.
    boolean isSent() {
        return sent;
    }

    /// Whom it is from, null for Breakwater itself.
    @Nullable Hop hop() {
        return request.hop();
    }

    @Override
    public boolean isWanted() {
        return !isOver();
    }

    @Override
    public Connection connected(EndPoint endPoint, Link link) {
        connectNanos = link.connectNanos();
        tlsNanos = link.tlsNanos();
        return new NodeConnection(endPoint, link.selector(), pool, this);
    }

    @Override
    public void connectFailed(Throwable why) {
        fail(why);
    }

    @Override
    public void proceed() {
        proceeding = true;
        RequestWriter writing = writer;
        if (writing != null) writing.proceed();
    }

    /// The request is written. Whoever comes last, request or response, lets go of the connection.
    void requestDone() {
        NodeConnection used = connection;
        if (parts.decrementAndGet() > 0 || used == null) return;
        if (switching) tellHead();
        else used.release(this, reusable);
    }

    /// The request was given up for a reason of its own.
    void requestBroken(Throwable why) {
        if (why instanceof IOException) requestFailed(why);
        else fail(why);
    }

    /// The request cannot be written.
    void requestFailed(Throwable why) {
        NodeConnection used = connection;
        // The node may have answered before it stopped reading; the reading side finds out, and
        // whoever comes last closes.
        unwritten = true;
        if (parts.decrementAndGet() > 0 || used == null) return;
        if (switching) fail(why);
        else used.close(why);
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public long connectNanos() {
        return connectNanos;
    }

    @Override
    public long tlsNanos() {
        return tlsNanos;
    }

    // ---- the end

    @Override
    public void abort(Throwable why) {
        fail(why);
    }

    boolean isOver() {
        return over.get();
    }

    /// Ends the exchange without a whole response. Any thread.
    ///
    /// @param why the listener is told
    @Override
    public void fail(Throwable why) {
        if (!over.compareAndSet(false, true)) return;
        NodeConnection used = connection;
        // Closed first: nothing is sent from here on, so what `sent` says stays true.
        if (used != null) used.close(why);
        boolean stale =
                reused
                        && used != null
                        && why instanceof IOException
                        && !used.reader().isReceiving();
        if (stale) pool.idleLife().closed(idleNanos);
        Throwable told = stale ? new StaleConnectionException(sent, why) : why;
        failure = told;
        RequestWriter writing = writer;
        if (writing != null) writing.abort(told);
        listener.failed(told);
    }

    /// The response has been read to its end.
    ///
    /// @return false when the exchange was ended otherwise, so that the end is none
    private boolean responseDone(NodeConnection used) {
        if (!over.compareAndSet(false, true)) return false;
        trailers = used.reader().trailers();
        responseDone = true;
        reusable = used.reader().finish();
        RequestWriter writing = writer;
        if (writing != null && !writing.isFinishing()) {
            used.close(new ClosedChannelException());
            writing.abort(new IOException("already answered"));
        } else if (parts.decrementAndGet() == 0) {
            used.release(this, reusable && !unwritten);
        } else {
            // The last bytes of the request are still to be taken; nobody else waits for that.
            used.endWithin(LAST_BYTES_MILLIS);
        }
        // Last, so that whoever waits for the node to become free finds the connection free, too.
        listener.complete();
        return true;
    }

    // ---- response

    /// There is something to read. On a selector thread.
    void onReadable() {
        Runnable waiting = demand;
        demand = null;
        fills = 0;
        if (waiting == null) receiveHead();
        else waiting.run();
    }

    private void receiveHead() {
        NodeConnection used = connection;
        if (used == null) return;
        ResponseReader reader = used.reader();
        while (true) {
            switch (reader.next(true)) {
                case WAIT -> {
                    used.awaitReadable();
                    return;
                }
                case INTERIM -> listener.interim(reader.status(), reader.fields());
                case HEAD -> {
                    boolean switches = reader.status() == 101;
                    if (switches && !request.asksForUpgrade()) {
                        fail(
                                new HttpException.RuntimeException(
                                        502, "101 without having been asked"));
                        return;
                    }
                    status = reader.status();
                    version = reader.version();
                    fields = reader.fields();
                    switching = switches;
                    if (!switches || parts.decrementAndGet() == 0) tellHead();
                    return;
                }
                case BROKEN -> {
                    fail(reader.failure());
                    return;
                }
                case BODY, END -> throw new IllegalStateException("a body before its head");
            }
        }
    }

    private void tellHead() {
        if (!isOver()) listener.head(this);
    }

    @Override
    public @Nullable TunnelEnd takeOver() {
        NodeConnection used = connection;
        if (!switching || used == null) throw new IllegalStateException("status " + status);
        return over.compareAndSet(false, true) ? used.tunnelEnd() : null;
    }

    @Override
    public Content.@Nullable Chunk read() {
        Throwable failed = failure;
        if (failed != null) return Content.Chunk.from(failed, true);
        NodeConnection used = connection;
        if (responseDone || used == null) return Content.Chunk.EOF;
        ResponseReader reader = used.reader();
        return switch (reader.next(fills < CHUNKS_PER_TURN)) {
            case WAIT -> null;
            case BODY -> {
                fills++;
                Content.Chunk chunk = reader.chunk();
                if (chunk == null) yield broken(reader);
                if (!chunk.isLast() || responseDone(used)) yield chunk;
                chunk.release();
                yield broken(reader);
            }
            case END -> responseDone(used) ? Content.Chunk.EOF : broken(reader);
            case BROKEN -> broken(reader);
            case INTERIM, HEAD -> throw new IllegalStateException("a head within a body");
        };
    }

    private Content.Chunk broken(ResponseReader reader) {
        Throwable why = reader.failure();
        fail(why);
        return Content.Chunk.from(why, true);
    }

    @Override
    public void demand(Runnable onAvailable) {
        NodeConnection used = connection;
        if (responseDone || used == null || isOver() || used.reader().isReady()) {
            onAvailable.run();
            return;
        }
        demand = onAvailable;
        used.awaitReadable();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public HttpVersion version() {
        return version;
    }

    @Override
    public HttpFields fields() {
        return fields;
    }

    @Override
    public Content.Source body() {
        return this;
    }

    @Override
    public @Nullable HttpFields trailers() {
        return trailers;
    }
}
