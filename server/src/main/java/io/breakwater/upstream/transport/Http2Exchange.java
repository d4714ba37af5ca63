package io.breakwater.upstream.transport;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.RetryableStreamException;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// One request and its response over a stream of an HTTP/2 connection.
///
/// ```
/// send -> place on a connection -> head, body (Http2Writer) ---------+
///                               -> interim.. head, body (read) ------+-> stream closed -> place free
/// ```
///
/// `over` decides between the end and a failure from elsewhere: whoever sets it tells the listener.
/// Jetty says that a stream is closed before it says why, so the place is given back there and the
/// listener is told afterwards.
final class Http2Exchange
        implements NodeExchange, IncomingResponse, Content.Source, Stream.Listener {
    /// After so long in silence a connection may be dead.
    private static final long SILENCE_NANOS = 1_000_000_000L;

    private static final long LAST_BYTES_MILLIS = 10_000;

    private final Http2Pool pool;
    private final OutgoingRequest request;
    private final ExchangeListener listener;
    private final AtomicBoolean over = new AtomicBoolean();

    private volatile @Nullable Http2Link link;
    private volatile @Nullable HTTP2Stream stream;
    private volatile @Nullable Http2Writer writer;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Runnable demand;
    private volatile boolean reused;
    private volatile boolean proceeding;
    private volatile boolean answering;
    private volatile boolean ending;
    private volatile long connectNanos = -1;
    private volatile long tlsNanos = -1;
    private volatile long sentNanos;
    private volatile long bytesBefore;

    // Of whoever reads the response: one after the other.
    private int status;
    private HttpFields fields = HttpFields.EMPTY;
    private volatile @Nullable HttpFields received;
    private @Nullable HttpFields trailers;
    private long length = -1;
    private long bytes;
    private boolean bodiless;
    private boolean responseDone;

    Http2Exchange(Http2Pool pool, OutgoingRequest request, ExchangeListener listener) {
        this.pool = pool;
        this.request = request;
        this.listener = listener;
    }

    // ---- request

    @Override
    public void send() {
        pool.send(this);
    }

    /// Sends over a connection on which it has a place.
    void begin(Http2Link on) {
        MetaData.Request head;
        try {
            head = Http2Head.of(request, on.scheme());
        } catch (IllegalArgumentException e) {
            fail(e);
            pool.released(on);
            return;
        }
        reused = !on.isFirst();
        if (!reused) {
            connectNanos = on.connectNanos();
            tlsNanos = on.tlsNanos();
        }
        bytesBefore = on.bytesIn();
        sentNanos = System.nanoTime();
        if (isOver()) {
            pool.released(on);
            return;
        }
        link = on;
        Http2Writer writing =
                new Http2Writer(this, on.session(), request, head, pool.connector().executor());
        writer = writing;
        listener.sending();
        if (proceeding) writing.proceed();
        writing.iterate();
        Throwable failed = failure;
        if (failed != null) writing.abort(failed); // it failed before there was a writer to end
    }

    /// The stream could not be made, so nothing has been sent.
    void notBegun(Throwable why) {
        Http2Link on = link;
        if (stream != null || on == null) return; // its end is told by the stream
        pool.released(on);
        refused("no stream: " + why.getMessage());
    }

    @Override
    public void proceed() {
        proceeding = true;
        Http2Writer writing = writer;
        if (writing != null) writing.proceed();
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
        Http2Link on = link;
        boolean silent =
                on != null
                        && sentNanos != 0
                        && System.nanoTime() - sentNanos > SILENCE_NANOS
                        && on.bytesIn() == bytesBefore;
        fail(why);
        if (silent && on != null) on.doubt();
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
        failure = why;
        Http2Link on = link;
        if (on == null) pool.forget(this);
        cancel();
        Http2Writer writing = writer;
        if (writing != null) writing.abort(why);
        listener.failed(why);
    }

    /// Tells the node that the stream is of no more interest.
    private void cancel() {
        HTTP2Stream used = stream;
        if (used != null && !used.isClosed())
            used.reset(
                    new ResetFrame(used.getId(), ErrorCode.CANCEL_STREAM_ERROR.code),
                    Callback.NOOP);
    }

    /// The node has done nothing with the request.
    private void refused(String why) {
        fail(
                request.fresh()
                        ? new RefusedException(why)
                        : new StaleConnectionException(false, new IOException(why)));
    }

    /// The connection broke. Where nothing came on it since the request was sent it was broken
    /// before, as far as anybody can know.
    private void broken(Throwable why) {
        Http2Link on = link;
        boolean stale = reused && !answering && on != null && on.bytesIn() == bytesBefore;
        IOException told =
                why instanceof IOException io
                        ? io
                        : new IOException(why.getMessage() == null ? "closed" : why.getMessage());
        fail(stale && !request.fresh() ? new StaleConnectionException(true, told) : told);
    }

    private void invalid(String why) {
        fail(new HttpException.RuntimeException(502, why));
    }

    // ---- what Jetty tells of the stream

    @Override
    public void onNewStream(Stream made) {
        stream = (HTTP2Stream) made;
        if (isOver()) cancel();
    }

    /// The head or the trailers that are being told are the last of the response.
    void ending() {
        ending = true;
    }

    @Override
    public void onClosed(Stream closed) {
        Http2Link on = link;
        if (on != null) pool.released(on);
        HTTP2Stream used = (HTTP2Stream) closed;
        if (!ending && !used.isResetOrFailed() && !used.isLastDataReceived())
            broken(new EOFException("the stream was closed"));
    }

    @Override
    public void onReset(Stream reset, ResetFrame frame, Callback callback) {
        HTTP2Stream used = (HTTP2Stream) reset;
        int error = frame.getError();
        if (error == ErrorCode.REFUSED_STREAM_ERROR.code && !answering) {
            refused("refused by the node");
        } else if (!used.isLastDataReceived()) {
            fail(new IOException("reset by the node: " + ErrorCode.toString(error, "unknown")));
        } else {
            // RFC 9113 §8.1: the response is whole, the rest of the request is not wanted.
            Http2Writer writing = writer;
            if (writing != null) writing.abort(new IOException("already answered"));
        }
        callback.succeeded();
    }

    @Override
    public void onFailure(
            Stream failed, int error, String reason, Throwable why, Callback callback) {
        if (why instanceof RetryableStreamException) refused("beyond the node's GOAWAY");
        else if (error == ErrorCode.NO_ERROR.code || error == ErrorCode.CANCEL_STREAM_ERROR.code)
            broken(why);
        else invalid("broken framing: " + why.getMessage());
        callback.succeeded();
    }

    /// Jetty resets the stream: what came of it breaks the rules.
    void resetHere(ResetFrame frame) {
        if (!isOver())
            invalid("broken framing: " + ErrorCode.toString(frame.getError(), "unknown"));
    }

    @Override
    public void onHeaders(Stream from, HeadersFrame frame) {
        MetaData data = frame.getMetaData();
        HttpFields all = data.getHttpFields();
        if (Http2Head.bytes(all) > Http2Head.MOST_BYTES) {
            fail(new HttpException.RuntimeException(431, "a head of over 64 kB"));
        } else if (!(data instanceof MetaData.Response response)) {
            if (answering) received = all;
            else invalid("trailers without a head");
        } else if (answering) {
            invalid("two heads");
        } else if (response.getStatus() >= 200) {
            head(response.getStatus(), all);
        } else if (response.getStatus() == 101 || frame.isEndStream()) {
            invalid("an interim response that is none");
        } else {
            listener.interim(response.getStatus(), all);
        }
    }

    private void head(int code, HttpFields all) {
        answering = true;
        status = code;
        fields = all;
        // RFC 9110 §6.4.1; RFC 9113 §8.1.1: their Content-Length says nothing of what comes.
        bodiless = code == 204 || code == 304 || request.method().equals("HEAD");
        length = bodiless ? -1 : all.getLongField(HttpHeader.CONTENT_LENGTH);
        if (!isOver()) listener.head(this);
    }

    @Override
    public void onDataAvailable(Stream from) {
        Runnable waiting = demand;
        demand = null;
        if (waiting != null) waiting.run();
    }

    // ---- response

    @Override
    public Content.@Nullable Chunk read() {
        Throwable failed = failure;
        if (failed != null) return Content.Chunk.from(failed, true);
        HTTP2Stream used = stream;
        if (responseDone || used == null) return Content.Chunk.EOF;
        if (bodiless) return ended(null);
        Stream.Data data = used.readData();
        if (data == null) return null;
        bytes += data.frame().remaining();
        boolean last = data.frame().isEndStream();
        if (length >= 0 && (last ? bytes != length : bytes > length)) {
            data.release();
            invalid(bytes + " bytes of a body of " + length);
            return Content.Chunk.from(reason(), true);
        }
        if (last) return ended(data);
        return Content.Chunk.asChunk(data.frame().getByteBuffer(), false, data);
    }

    private Throwable reason() {
        Throwable failed = failure;
        return failed == null ? new EOFException("over") : failed;
    }

    /// The response has been read to its end, unless the exchange was ended otherwise.
    private Content.Chunk ended(Stream.@Nullable Data data) {
        if (!over.compareAndSet(false, true)) {
            if (data != null) data.release();
            return Content.Chunk.from(reason(), true);
        }
        trailers = received;
        responseDone = true;
        HTTP2Stream used = stream;
        Http2Writer writing = writer;
        if (writing != null && !writing.isFinishing()) {
            cancel();
            writing.abort(new IOException("already answered"));
        } else if (used != null && !used.isLastDataReceived()) {
            cancel(); // the answer to a HEAD whose end is still to come
        } else if (used != null && !used.isClosed()) {
            // The last bytes of the request are still to be taken; nobody else waits for that.
            pool.connector()
                    .scheduler()
                    .schedule(this::cancel, LAST_BYTES_MILLIS, TimeUnit.MILLISECONDS);
        }
        listener.complete();
        if (data == null) return Content.Chunk.EOF;
        if (data.frame().remaining() > 0)
            return Content.Chunk.asChunk(data.frame().getByteBuffer(), true, data);
        data.release();
        return Content.Chunk.EOF;
    }

    @Override
    public void demand(Runnable onAvailable) {
        HTTP2Stream used = stream;
        if (responseDone || used == null || isOver() || bodiless) {
            onAvailable.run();
            return;
        }
        demand = onAvailable;
        used.demand();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public HttpVersion version() {
        return HttpVersion.HTTP_2;
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
