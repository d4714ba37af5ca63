package io.breakwater.upstream.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.io.HonestEndPoint;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/// Reads the responses of one connection, an event at a time: it fills its buffer when it has to
/// and parses up to the next thing that somebody has to know.
///
/// The buffer is held only while there is something in it. Body chunks are slices of it, each with
/// a reference of its own, so a chunk stays good after the next read and after the connection has
/// gone to another exchange.
///
/// The lock is for [#close], which may come from any thread; all else has one caller at a time.
/// Only the end point's non-blocking read and the parser run under it.
final class ResponseReader {
    private static final int LEAST_BUFFER_BYTES = 16 * 1024;
    private static final int MOST_BUFFER_BYTES = 64 * 1024;
    private static final int MOST_HEAD_BYTES = 64 * 1024;

    /// What [#next] found.
    enum Event {
        /// Nothing yet: wait until the connection is readable.
        WAIT,
        /// An interim response.
        INTERIM,
        /// The final response's head.
        HEAD,
        /// Body bytes: [#chunk] has them.
        BODY,
        /// The end of the response.
        END,
        /// The response cannot be read on: [#failure] says why.
        BROKEN
    }

    private final EndPoint endPoint;
    private final ByteBufferPool buffers;

    // Its fields are touched by parseNext only, which is called under the lock.
    private final Message message = new Message();
    private final HttpParser parser =
            new HttpParser(message, MOST_HEAD_BYTES, HttpCompliance.RFC9110);

    @GuardedBy("this")
    private @Nullable RetainableByteBuffer buffer;

    /// Of the next buffer: larger ones for a node that fills them.
    @GuardedBy("this")
    private int bufferBytes = LEAST_BUFFER_BYTES;

    @GuardedBy("this")
    private @Nullable Throwable broken;

    @GuardedBy("this")
    private boolean eof;

    private volatile boolean receiving;

    ResponseReader(EndPoint endPoint, ByteBufferPool buffers) {
        this.endPoint = endPoint;
        this.buffers = buffers;
        parser.setHeaderCacheSize(1024);
        // Otherwise a value may come as another one did that differs from it in case only.
        parser.setHeaderCacheCaseSensitive(true);
    }

    /// Prepares for the response to a request.
    ///
    /// @param toHead whether the request is a HEAD
    synchronized void begin(boolean toHead) {
        parser.reset();
        parser.setHeadResponse(toHead);
        message.begin();
        receiving = false;
    }

    /// Whether anything of the response has come.
    boolean isReceiving() {
        return receiving;
    }

    /// Finds the next event.
    ///
    /// @param mayFill whether to read from the connection; without, what has been read already is
    ///   all there is
    synchronized Event next(boolean mayFill) {
        while (true) {
            if (broken != null) return Event.BROKEN;
            if (message.headComplete && !message.headTold) {
                message.headTold = true;
                if (!message.isInterim()) return Event.HEAD;
            }
            if (message.content != null) return Event.BODY;
            if (message.ended) return message.isInterim() ? interim() : Event.END;
            if (parse()) continue;
            if (eof) {
                broken = new EOFException("closed by the node");
            } else if (!mayFill) {
                release(); // all of it has been parsed
                return Event.WAIT;
            } else if (!fill()) {
                return Event.WAIT;
            }
        }
    }

    private Event interim() {
        parser.reset();
        message.ended = false;
        message.headComplete = false;
        return Event.INTERIM;
    }

    /// Parses what is there.
    ///
    /// @return whether anything has changed
    @GuardedBy("this")
    private boolean parse() {
        ByteBuffer bytes = buffer == null ? BufferUtil.EMPTY_BUFFER : buffer.getByteBuffer();
        if (!bytes.hasRemaining() && parser.isStart() && !eof) return false;
        int before = bytes.remaining();
        boolean stopped = parser.parseNext(bytes);
        if (message.failure != null) broken = reason(message.failure);
        return stopped || broken != null || bytes.remaining() < before;
    }

    /// The parser says of a head that is too large and of one that was cut off only that it is bad.
    @GuardedBy("this")
    private Throwable reason(Throwable failure) {
        if (eof) return new EOFException("closed by the node");
        return parser.getHeaderLength() > MOST_HEAD_BYTES
                ? new HttpException.RuntimeException(431, "a head of over 64 kB")
                : failure;
    }

    /// Reads into the buffer.
    ///
    /// @return false when nothing is there
    @GuardedBy("this")
    private boolean fill() {
        RetainableByteBuffer target = buffer;
        if (target != null && target.isRetained()) {
            target.release();
            target = null;
        }
        if (target == null || target.capacity() < bufferBytes) {
            if (target != null) target.release();
            target = buffers.acquire(bufferBytes, true);
        }
        buffer = target;
        ByteBuffer bytes = target.getByteBuffer();
        BufferUtil.clear(bytes);
        try {
            int filled = endPoint.fill(bytes);
            if (filled > 0) {
                receiving = true;
                bufferBytes = fit(filled);
                return true;
            }
            release();
            if (filled == 0) return false;
            eof = true;
            parser.atEOF();
            return true;
        } catch (IOException e) {
            release();
            broken = e;
            return true;
        }
    }

    @GuardedBy("this")
    private int fit(int filled) {
        if (filled >= bufferBytes) return Math.min(2 * bufferBytes, MOST_BUFFER_BYTES);
        return filled <= bufferBytes / 4
                ? Math.max(bufferBytes / 2, LEAST_BUFFER_BYTES)
                : bufferBytes;
    }

    /// The body bytes that [#next] found. The last chunk is marked as such when what has been read
    /// shows that it is.
    ///
    /// @return the chunk, to be released by whoever gets it; null when the connection was closed in
    ///   the meantime
    synchronized Content.@Nullable Chunk chunk() {
        ByteBuffer content = message.content;
        RetainableByteBuffer from = buffer;
        if (content == null || from == null) return null;
        message.content = null;
        from.retain();
        while (!message.ended && message.content == null && broken == null && parse()) {}
        return Content.Chunk.asChunk(content, message.ended, from);
    }

    /// Whether [#next] would find more than WAIT without reading.
    synchronized boolean isReady() {
        return broken != null || message.content != null || message.ended;
    }

    /// Why [#next] gives BROKEN.
    synchronized Throwable failure() {
        Throwable why = broken;
        return why == null ? new EOFException("not broken") : why;
    }

    int status() {
        return message.status;
    }

    HttpVersion version() {
        return message.version;
    }

    HttpFields fields() {
        return message.fields;
    }

    @Nullable HttpFields trailers() {
        return message.trailers;
    }

    /// Ends a response that was read to its end.
    ///
    /// @return whether another may follow on this connection (RFC 9112 §9.3)
    synchronized boolean finish() {
        boolean clean = buffer == null || !buffer.hasRemaining();
        release();
        return clean && !eof && broken == null && message.isPersistent();
    }

    /// Gives away what was read and is not HTTP any more, after a 101.
    ///
    /// @return to be released by whoever gets it; null when there is nothing
    synchronized @Nullable RetainableByteBuffer takeRest() {
        RetainableByteBuffer rest = buffer;
        if (rest == null || !rest.hasRemaining()) {
            release();
            return null;
        }
        buffer = null;
        return rest;
    }

    /// Whether an idle connection is still open and silent. Reads a byte if there is one, which no
    /// server may send without a request: then and at its end the connection is of no use.
    synchronized boolean isQuiet() {
        if (broken != null) return false;
        HonestEndPoint.beginTurn(endPoint);
        try {
            return endPoint.fill(BufferUtil.allocate(1)) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Lets go of the buffer, for a closed connection. Any thread.
    synchronized void close(Throwable why) {
        if (broken == null) broken = why;
        message.content = null;
        release();
    }

    @GuardedBy("this")
    private void release() {
        RetainableByteBuffer held = buffer;
        buffer = null;
        if (held != null) held.release();
    }

    /// What has been parsed of the present response.
    private static final class Message implements HttpParser.ResponseHandler {
        private int status;
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private HttpFields.Mutable fields = HttpFields.build();
        private HttpFields.@Nullable Mutable trailers;
        private @Nullable ByteBuffer content;
        private @Nullable Throwable failure;
        private boolean headComplete;
        private boolean headTold;
        private boolean ended;

        void begin() {
            content = null;
            headComplete = false;
            headTold = false;
            ended = false;
        }

        boolean isInterim() {
            return status >= 100 && status < 200 && status != 101;
        }

        boolean isPersistent() {
            boolean close =
                    fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
            if (version == HttpVersion.HTTP_1_1) return !close;
            return !close
                    && fields.contains(
                            HttpHeader.CONNECTION, HttpHeaderValue.KEEP_ALIVE.asString());
        }

        @Override
        public void startResponse(HttpVersion line, int code, @Nullable String reason) {
            version = line;
            status = code;
            fields = HttpFields.build();
            trailers = null;
            headTold = false;
        }

        @Override
        public void parsedHeader(HttpField field) {
            fields.add(field);
        }

        @Override
        public boolean headerComplete() {
            headComplete = true;
            return false; // what follows is often there already
        }

        @Override
        public boolean content(ByteBuffer bytes) {
            content = bytes;
            return true;
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public void parsedTrailer(HttpField field) {
            HttpFields.Mutable to = trailers;
            if (to == null) {
                to = HttpFields.build();
                trailers = to;
            }
            to.add(field);
        }

        @Override
        public boolean messageComplete() {
            ended = true;
            return true;
        }

        @Override
        public void earlyEOF() {
            failure = new HttpException.RuntimeException(502, "broken framing");
        }

        @Override
        public void badMessage(HttpException reason) {
            failure = (Throwable) reason;
        }
    }
}
