package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.GrpcWeb;
import io.breakwater.exchange.ProxyException;
import io.breakwater.relay.web.Base64Input;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.Trailers;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/// The client's request as both engines read its body: counted, limited, timed, with trailers set
/// aside.
///
/// One reader at a time. Chunks are handed on as they come: whoever reads one releases it.
public final class ClientBody extends Request.Wrapper {
    private final Exchange exchange;
    private final long mostBytes;
    private final long bodyTimeoutNanos;
    private final long upstreamIdleNanos;
    private final LongSupplier responseNanos;
    private Content.@Nullable Chunk peeked;
    private volatile @Nullable HttpFields trailers;
    private volatile @Nullable ErrorKind failure;
    private volatile boolean complete;
    private @Nullable Mirror mirror;
    private final @Nullable Base64Input base64;

    /// Wraps an exchange's request.
    ///
    /// @param exchange the exchange
    /// @param mostBytes the limit, -1 for none
    /// @param upstreamIdleNanos how long the upstream may take none of it
    /// @param responseNanos from its end to the response head, asked then
    ClientBody(
            Exchange exchange, long mostBytes, long upstreamIdleNanos, LongSupplier responseNanos) {
        super(exchange.request());
        this.exchange = exchange;
        this.mostBytes = mostBytes;
        this.bodyTimeoutNanos = exchange.server().config().bodyTimeout().toNanos();
        this.upstreamIdleNanos = upstreamIdleNanos;
        this.responseNanos = responseNanos;
        GrpcWeb web = exchange.grpcWeb();
        this.base64 = web != null && web.textIn() ? new Base64Input() : null;
    }

    /// The length as it is read, which is not told where the body is decoded.
    @Override
    public long getLength() {
        long announced = super.getLength();
        return base64 == null || announced == 0 ? announced : -1;
    }

    /// Has what is read copied. Before it is read.
    ///
    /// @param to gets the copies
    void copyTo(Mirror to) {
        mirror = to;
    }

    /// Lets go of what was looked at and not read.
    private void forget() {
        Content.Chunk chunk = peeked;
        peeked = null;
        if (chunk != null) chunk.release();
    }

    /// Whether there is a body. For HTTP/2 without a length this looks at the stream: a request may
    /// well end with its head.
    ///
    /// @return true when bytes may come
    public boolean hasContent() {
        long length = super.getLength();
        if (length >= 0) return length > 0;
        if (getConnectionMetaData().getHttpVersion().getVersion() < 20)
            return getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        Content.Chunk chunk = peeked;
        if (chunk == null) {
            chunk = super.read();
            peeked = chunk;
            exchange.bodyGate().onClose(this::forget); // maybe now, and by another thread later
        }
        return !(chunk != null
                && chunk.isLast()
                && !chunk.hasRemaining()
                && !Content.Chunk.isFailure(chunk)
                && !(chunk instanceof Trailers));
    }

    @Override
    public Content.@Nullable Chunk read() {
        if (!exchange.bodyGate().enter()) return ended();
        try {
            Content.Chunk chunk = next();
            // One that has too few characters for a byte is not worth the reader's while.
            while (chunk != null
                    && base64 != null
                    && !chunk.isLast()
                    && !chunk.hasRemaining()
                    && !Content.Chunk.isFailure(chunk)) chunk = next();
            return chunk;
        } finally {
            exchange.bodyGate().leave();
        }
    }

    private Content.@Nullable Chunk next() {
        Content.Chunk chunk = peeked;
        if (chunk != null) peeked = null;
        else chunk = super.read();
        return chunk == null ? null : seen(chunk);
    }

    private static Content.Chunk ended() {
        return Content.Chunk.from(new EofException("the exchange is over"), true);
    }

    private Content.Chunk seen(Content.Chunk chunk) {
        if (Content.Chunk.isFailure(chunk)) {
            failure = kindOf(chunk.getFailure());
            exchange.deadlines().clearRequest();
            return chunk;
        }
        if (chunk instanceof Trailers last) trailers = last.getTrailers();
        long count = exchange.countRequestBytes(chunk.remaining());
        if (count > mostBytes && mostBytes >= 0) {
            chunk.release();
            return refused(new ProxyException(ErrorKind.BODY_TOO_LARGE, "over " + mostBytes, null));
        }
        long announced = super.getLength();
        if (chunk.isLast() && announced >= 0 && count != announced) {
            // RFC 9113 §8.1.1: shorter than announced.
            chunk.release();
            return refused(new ProxyException(ErrorKind.BAD_REQUEST, "a body of " + count, null));
        }
        if (base64 != null) {
            try {
                chunk = decoded(chunk, base64, chunk.isLast() || count == announced);
            } catch (ProxyException wrong) {
                chunk.release();
                return refused(wrong);
            }
        }
        if (chunk.isLast() || count == announced) {
            complete = true;
            exchange.deadlines().clearRequest();
            exchange.deadlines().response(ErrorKind.RESPONSE_TIMEOUT, responseNanos.getAsLong());
        } else {
            exchange.deadlines().request(ErrorKind.UPSTREAM_IDLE_TIMEOUT, upstreamIdleNanos);
        }
        Mirror copying = mirror;
        if (copying != null) {
            copying.take(chunk);
            if (chunk.isLast() || (complete && count == announced)) copying.complete(trailers);
        }
        return chunk;
    }

    private Content.Chunk refused(ProxyException why) {
        failure = why.kind();
        exchange.deadlines().clearRequest();
        return Content.Chunk.from(why, true);
    }

    /// Takes the place of a chunk, which is released.
    private static Content.Chunk decoded(Content.Chunk chunk, Base64Input base64, boolean whole)
            throws ProxyException {
        ByteBuffer bytes = base64.decode(chunk.getByteBuffer());
        if (whole) base64.end();
        if (chunk instanceof Trailers) return chunk;
        Content.Chunk decoded = Content.Chunk.from(bytes, chunk.isLast());
        chunk.release();
        return decoded;
    }

    private ErrorKind kindOf(Throwable failure) {
        if (failure instanceof HttpException http && http.getCode() == 413)
            return ErrorKind.BODY_TOO_LARGE;
        if (failure instanceof HttpException) {
            // Jetty reports a broken chunk and the end of the connection alike.
            EndPoint client = getConnectionMetaData().getConnection().getEndPoint();
            return client.isInputShutdown() || !client.isOpen()
                    ? ErrorKind.CLIENT_LEFT
                    : ErrorKind.BAD_REQUEST;
        }
        return failure instanceof TimeoutException ? ErrorKind.BODY_TIMEOUT : ErrorKind.CLIENT_LEFT;
    }

    @Override
    public void demand(Runnable onAvailable) {
        if (peeked != null) {
            onAvailable.run();
            return;
        }
        if (!exchange.bodyGate().enter()) {
            onAvailable.run();
            return;
        }
        try {
            if (!complete) exchange.deadlines().request(ErrorKind.BODY_TIMEOUT, bodyTimeoutNanos);
            Runnable waiting = exchange.bodyGate().waiting(onAvailable);
            super.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, waiting));
        } finally {
            exchange.bodyGate().leave();
        }
    }

    /// The trailers.
    ///
    /// @return null before the end and when there are none
    public @Nullable HttpFields trailers() {
        return trailers;
    }

    /// Why reading failed.
    ///
    /// @return null when it did not
    @Nullable ErrorKind failure() {
        return failure;
    }

    /// Whether the whole body has been read.
    ///
    /// @return true after the last byte
    boolean isComplete() {
        return complete;
    }
}
