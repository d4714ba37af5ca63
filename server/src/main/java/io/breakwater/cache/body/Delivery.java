package io.breakwater.cache.body;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ProxyException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/// Writes parts of a body to a client, one piece after the other, each when the one before is
/// written. The head has been set by then and leaves with the first bytes, or alone when they let
/// it wait. Ends the exchange and closes the body.
public final class Delivery extends IteratingCallback {
    /// More than this is not given to a connection at once, so that others have their turn. It is
    /// what the system's buffers of a connection take at most, by default.
    public static final int MOST_BYTES = 4 * 1024 * 1024;

    /// The same where connections are shared and progress is seen at the end of a write only.
    private static final int MOST_SHARED_BYTES = 256 * 1024;

    private final Exchange exchange;
    private final Body body;
    private final List<Part> parts;
    private final long idleNanos;
    private final int mostBytes;
    private int part;
    private long position;
    private boolean introduced;
    private boolean headSent;
    private boolean lastWritten;
    private @Nullable Piece writing;
    private volatile @Nullable ErrorKind failed;

    /// Prepares a delivery.
    ///
    /// @param exchange whose response it is, with its head set
    /// @param body closed at the end
    /// @param parts what of it, in order
    public Delivery(Exchange exchange, Body body, List<Part> parts) {
        this.exchange = exchange;
        this.body = body;
        this.parts = List.copyOf(parts);
        this.idleNanos = exchange.server().config().idleTimeout().toNanos();
        this.mostBytes =
                exchange.connection().quietNanos() == Long.MAX_VALUE
                        ? MOST_SHARED_BYTES
                        : MOST_BYTES;
        this.position = parts.getFirst().from();
        body.expect(position, parts.getFirst().to());
    }

    /// A part of what is written.
    ///
    /// @param intro written before it, may be empty; shared, never moved
    /// @param from the first position in the body
    /// @param to the position after the last; -1: to the end, which need not be known yet
    public record Part(ByteBuffer intro, long from, long to) {
        /// The whole body.
        public static final Part WHOLE = new Part(BufferUtil.EMPTY_BUFFER, 0, -1);
    }

    /// Begins.
    public void start() {
        exchange.deadlines().onExpire(this::expire);
        // What came in between has told nobody.
        ErrorKind missed = exchange.deadlines().expired();
        if (missed != null) expire(missed);
        iterate();
    }

    private void expire(ErrorKind kind) {
        failed = kind;
        abort(new ProxyException(kind, kind.code(), null));
    }

    @Override
    protected Action process() throws ProxyException {
        while (true) {
            if (lastWritten) return Action.SUCCEEDED;
            Part now = parts.get(part);
            if (!introduced && now.intro.hasRemaining()) {
                introduced = true;
                boolean last = part == parts.size() - 1 && now.from == now.to;
                write(last, now.intro.slice());
                return Action.SCHEDULED;
            }
            introduced = true;
            if (position == now.to || body.isEnd(position)) {
                if (part == parts.size() - 1) {
                    write(true, BufferUtil.EMPTY_BUFFER);
                    return Action.SCHEDULED;
                }
                part++;
                introduced = false;
                position = parts.get(part).from;
                body.expect(position, parts.get(part).to);
                continue;
            }
            int most = now.to < 0 ? mostBytes : (int) Math.min(mostBytes, now.to - position);
            Piece piece = body.read(position, most);
            if (piece == null) return pause();
            writing = piece;
            position += piece.bytes().remaining();
            boolean last = part == parts.size() - 1 && position == end(now);
            write(last, piece.bytes());
            return Action.SCHEDULED;
        }
    }

    /// Where a part ends, as far as that is known.
    private long end(Part of) {
        return of.to < 0 ? body.length() : of.to;
    }

    private void write(boolean last, ByteBuffer bytes) {
        headSent = true;
        lastWritten = last;
        exchange.countResponseBytes(bytes.remaining());
        exchange.deadlines().writing(idleNanos);
        exchange.response().write(last, bytes, this);
    }

    private Action pause() throws ProxyException {
        ErrorKind why = body.failure();
        if (why != null) {
            failed = why;
            throw new ProxyException(why, why.code(), null);
        }
        if (!headSent) {
            write(false, BufferUtil.EMPTY_BUFFER);
            return Action.SCHEDULED;
        }
        long patience = body.patienceNanos();
        if (patience == Long.MAX_VALUE) exchange.deadlines().clearResponse();
        else exchange.deadlines().response(ErrorKind.INTERNAL, patience);
        body.await(position, this::iterate);
        return Action.IDLE;
    }

    @Override
    protected void onSuccess() {
        Piece piece = writing;
        writing = null;
        if (piece != null) piece.release();
    }

    @Override
    protected void onCompleteSuccess() {
        body.close();
        if (exchange.finish(null)) exchange.complete(null);
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
        body.doubt();
        onSuccess();
        body.close();
        ErrorKind kind = failed;
        if (kind == null) kind = exchange.deadlines().expired();
        exchange.fail(kind == null ? ErrorKind.CLIENT_LEFT : kind, null);
    }

    /// While a piece is being written, breaking off ends the writing, too.
    @Override
    protected void onAborted(Throwable cause) {
        ErrorKind kind = failed;
        if (kind != null && exchange.response().isCommitted()) exchange.fail(kind, null);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
