package io.breakwater.upstream.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/// Writes one request: the head together with what is there of the body, then chunk after chunk as
/// the connection takes them.
final class RequestWriter extends IteratingCallback {
    /// Chunks in a row before other connections have their turn.
    private static final int CHUNKS_PER_TURN = 16;

    private static final ByteBuffer LINE_END = ByteBuffer.wrap(new byte[] {'\r', '\n'});

    private final Http1Exchange exchange;
    private final EndPoint endPoint;
    private final OutgoingRequest request;
    private final Executor executor;
    private volatile boolean held;
    private @Nullable ByteBuffer head;
    private Content.@Nullable Chunk writing;
    private long sentBytes;
    private volatile boolean demanded;
    private int turn;
    private volatile boolean last;

    RequestWriter(
            Http1Exchange exchange,
            EndPoint endPoint,
            OutgoingRequest request,
            ByteBuffer head,
            Executor executor) {
        this.exchange = exchange;
        this.endPoint = endPoint;
        this.request = request;
        this.executor = executor;
        this.held = request.expecting() && request.body() != null;
        this.head = head;
    }

    /// Lets the body flow. Any thread.
    void proceed() {
        held = false;
        iterate();
    }

    /// Whether nothing of the request is left to be got, at most to be written.
    boolean isFinishing() {
        return last;
    }

    @Override
    protected Action process() {
        if (last) return Action.SUCCEEDED;
        ByteBuffer ready = head;
        OutgoingBody body = request.body();
        if (body == null) {
            last = true;
            endPoint.write(this, ready == null ? BufferUtil.EMPTY_BUFFER : ready);
            return Action.SCHEDULED;
        }
        if (turn == CHUNKS_PER_TURN) {
            // Others have their turn, too.
            turn = 0;
            executor.execute(this::iterate);
            return Action.IDLE;
        }
        Content.Chunk chunk = held || demanded ? null : body.next();
        if (chunk != null && Content.Chunk.isFailure(chunk)) {
            exchange.fail(chunk.getFailure());
            return Action.IDLE;
        }
        if (chunk != null) {
            turn++;
            if (!fits(body, chunk)) return Action.IDLE;
            head = null;
            write(ready, body, chunk);
            return Action.SCHEDULED;
        }
        if (ready != null) {
            head = null;
            endPoint.write(this, ready);
            return Action.SCHEDULED;
        }
        if (!held && !demanded) {
            demanded = true;
            body.demand(this::available);
        }
        return Action.IDLE;
    }

    private void available() {
        demanded = false;
        turn = 0;
        iterate();
    }

    /// A body that is not as long as was announced must not be sent as if it were: the node would
    /// take the next request for the rest of it.
    private boolean fits(OutgoingBody body, Content.Chunk chunk) {
        long length = body.length();
        long sum = sentBytes + chunk.remaining();
        if (length < 0 || (chunk.isLast() ? sum == length : sum <= length)) return true;
        chunk.release();
        exchange.fail(
                new HttpException.RuntimeException(400, sum + " bytes of a body of " + length));
        return false;
    }

    private void write(@Nullable ByteBuffer ready, OutgoingBody body, Content.Chunk chunk) {
        writing = chunk;
        int length = chunk.remaining();
        sentBytes += length;
        // With a known length the end needs no looking for, and the answer may be quicker than
        // that.
        last = chunk.isLast() || sentBytes == body.length();
        ByteBuffer first = ready == null ? BufferUtil.EMPTY_BUFFER : ready;
        ByteBuffer data = length == 0 ? BufferUtil.EMPTY_BUFFER : chunk.getByteBuffer();
        if (body.length() >= 0) {
            endPoint.write(this, first, data);
            return;
        }
        ByteBuffer end = last ? HeadWriter.chunksEnd(body.trailers()) : BufferUtil.EMPTY_BUFFER;
        if (length == 0) endPoint.write(this, first, end);
        else
            endPoint.write(
                    this, first, HeadWriter.chunkStart(length), data, LINE_END.duplicate(), end);
    }

    @Override
    protected void onSuccess() {
        release();
    }

    private void release() {
        Content.Chunk chunk = writing;
        writing = null;
        if (chunk != null) chunk.release();
    }

    @Override
    protected void onCompleteSuccess() {
        exchange.requestDone();
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
        release();
        exchange.requestBroken(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
