package io.breakwater.upstream.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/// Writes one request to a stream: the head together with what is there of the body, then chunk
/// after chunk as the node's windows allow, then trailers. One chunk is under way at a time, so who
/// sends the body waits when the node does not take it.
final class Http2Writer extends IteratingCallback {
    /// Chunks in a row before other connections have their turn.
    private static final int CHUNKS_PER_TURN = 16;

    private final Http2Exchange exchange;
    private final HTTP2Session session;
    private final OutgoingRequest request;
    private final Executor executor;
    private MetaData.@Nullable Request head;
    private Content.@Nullable Chunk writing;
    private @Nullable HTTP2Stream stream;
    private @Nullable HttpFields trailers;
    private long sentBytes;
    private int turn;
    private volatile boolean held;
    private volatile boolean demanded;
    private volatile boolean last;

    Http2Writer(
            Http2Exchange exchange,
            HTTP2Session session,
            OutgoingRequest request,
            MetaData.Request head,
            Executor executor) {
        this.exchange = exchange;
        this.session = session;
        this.request = request;
        this.head = head;
        this.executor = executor;
        this.held = request.expecting() && request.body() != null;
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
        HttpFields ending = trailers;
        if (ending != null && stream != null) {
            trailers = null;
            stream.headers(
                    new HeadersFrame(stream.getId(), Http2Head.trailers(ending), null, true), this);
            return Action.SCHEDULED;
        }
        if (last) return Action.SUCCEEDED;
        OutgoingBody body = request.body();
        if (body == null) {
            last = true;
            return begin(null, true);
        }
        if (turn == CHUNKS_PER_TURN) {
            // Others have their turn, too.
            turn = 0;
            executor.execute(this::iterate);
            return Action.IDLE;
        }
        Content.Chunk chunk = held ? null : body.next();
        if (chunk != null) {
            turn++;
            return write(body, chunk);
        }
        if (head != null) return begin(null, false);
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

    private Action write(OutgoingBody body, Content.Chunk chunk) {
        if (Content.Chunk.isFailure(chunk)) {
            exchange.fail(chunk.getFailure());
            return Action.IDLE;
        }
        long length = body.length();
        sentBytes += chunk.remaining();
        if (length >= 0 && (chunk.isLast() ? sentBytes != length : sentBytes > length)) {
            // RFC 9113 §8.1.1: the node would have to refuse it.
            chunk.release();
            exchange.fail(
                    new HttpException.RuntimeException(
                            400, sentBytes + " bytes of a body of " + length));
            return Action.IDLE;
        }
        writing = chunk;
        // With a known length the end needs no looking for.
        last = chunk.isLast() || sentBytes == length;
        trailers = last ? some(body.trailers()) : null;
        boolean ends = last && trailers == null;
        ByteBuffer data = chunk.hasRemaining() ? chunk.getByteBuffer() : BufferUtil.EMPTY_BUFFER;
        if (head != null) return begin(data, ends);
        if (!ends && !data.hasRemaining()) return skip();
        HTTP2Stream to = stream;
        if (to == null) throw new IllegalStateException("no stream");
        to.data(new DataFrame(to.getId(), data, ends), this);
        return Action.SCHEDULED;
    }

    /// There is nothing to be written before the trailers.
    private Action skip() {
        succeeded();
        return Action.SCHEDULED;
    }

    private static @Nullable HttpFields some(@Nullable HttpFields trailers) {
        return trailers == null || trailers.size() == 0 ? null : trailers;
    }

    /// Begins the stream.
    ///
    /// @param data what is there of the body, null for none of it
    /// @param ends whether nothing follows
    private Action begin(@Nullable ByteBuffer data, boolean ends) {
        MetaData.Request first = head;
        head = null;
        HeadersFrame headers = new HeadersFrame(first, null, ends && isNothing(data));
        HTTP2Stream.FrameList frames =
                isNothing(data)
                        ? new HTTP2Stream.FrameList(headers)
                        : new HTTP2Stream.FrameList(headers, new DataFrame(data, ends), null);
        session.newStream(frames, Promise.from(this::begun, this::notBegun), exchange);
        return Action.SCHEDULED;
    }

    private static boolean isNothing(@Nullable ByteBuffer data) {
        return data == null || !data.hasRemaining();
    }

    private void begun(Stream made) {
        stream = (HTTP2Stream) made;
        succeeded();
    }

    private void notBegun(Throwable why) {
        exchange.notBegun(why);
        failed(why);
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

    /// What became of the stream is told by the stream itself.
    @Override
    protected void onCompleteFailure(Throwable failure) {
        release();
        if (failure instanceof RuntimeException) exchange.fail(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
