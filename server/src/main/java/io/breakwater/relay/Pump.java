package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ProxyException;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.OutgoingBody;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.Trailers;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/// The core body engine, for what only passes through: writes the node's own buffers to the client
/// and asks for the next when one is written, so at most one buffer per direction is held.
///
/// Response side: an iteration reads one chunk and writes it; the head leaves with the first bytes,
/// or alone when none are there yet.
final class Pump extends IteratingCallback implements BodyEngine {
    private final UpstreamCall call;
    private final Exchange exchange;
    private final long clientIdleNanos;
    private volatile @Nullable IncomingResponse answer;
    private boolean headSet;
    private Content.@Nullable Chunk writing;
    private boolean headSent;
    private boolean lastWritten;
    private volatile @Nullable ErrorKind failed;
    private volatile @Nullable String failedDetail;

    Pump(UpstreamCall call) {
        this.call = call;
        this.exchange = call.exchange();
        this.clientIdleNanos = exchange.server().config().idleTimeout().toNanos();
    }

    // ---- request body

    @Override
    public @Nullable OutgoingBody requestBody() {
        return call.body().hasContent() ? new Body(call.body()) : null;
    }

    @Override
    public void proceed() {
        // The client is told to continue when its body is first read.
    }

    private record Body(ClientBody body) implements OutgoingBody {
        @Override
        public long length() {
            return body.getLength();
        }

        @Override
        public @Nullable HttpFields trailers() {
            return body.trailers();
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk chunk = body.read();
            return chunk instanceof Trailers ? Content.Chunk.EOF : chunk;
        }

        @Override
        public void demand(Runnable onAvailable) {
            body.demand(onAvailable);
        }

        @Override
        public void fail(Throwable failure) {
            // The client's side is ended by the call, which may still want to answer or to try
            // another node.
        }
    }

    // ---- response

    @Override
    public void response(IncomingResponse response) {
        answer = response;
        iterate();
    }

    @Override
    protected Action process() {
        if (lastWritten) return Action.SUCCEEDED;
        IncomingResponse response = answer;
        if (response == null) return Action.IDLE;
        if (!headSet) {
            // Here, where nobody breaks in: a failure from elsewhere waits for the end of this.
            headSet = true;
            call.head(response, true);
        }
        // The length of the body that a GET would have is not known: the server would say 0.
        if (!headSent && isUnknownLength()) return sendHead();
        Content.Source from = response.body();
        Content.Chunk chunk = from.read();
        while (chunk != null
                && !chunk.isLast()
                && !chunk.hasRemaining()
                && !Content.Chunk.isFailure(chunk)) {
            chunk.release();
            chunk = from.read();
        }
        if (chunk == null) return headSent ? await(from) : sendHead();
        if (Content.Chunk.isFailure(chunk)) {
            return Action.IDLE; // the call has been told and ends this
        }
        write(chunk.isLast(), chunk);
        return Action.SCHEDULED;
    }

    private boolean isUnknownLength() {
        return exchange.method().equals("HEAD")
                && exchange.response().getStatus() >= 200
                && !exchange.response().getHeaders().contains(HttpHeader.CONTENT_LENGTH);
    }

    private void write(boolean last, Content.Chunk chunk) {
        int bytes = chunk.remaining();
        writing = chunk;
        headSent = true;
        lastWritten = last;
        exchange.countResponseBytes(bytes);
        exchange.deadlines().writing(clientIdleNanos);
        ByteBuffer buffer = bytes == 0 ? BufferUtil.EMPTY_BUFFER : chunk.getByteBuffer();
        exchange.connection().writeOut();
        exchange.response().write(last, buffer, this);
    }

    private Action sendHead() {
        headSent = true;
        exchange.deadlines().writing(clientIdleNanos);
        exchange.connection().writeOut();
        exchange.response().write(false, BufferUtil.EMPTY_BUFFER, this);
        return Action.SCHEDULED;
    }

    private Action await(Content.Source from) {
        exchange.deadlines().response(ErrorKind.UPSTREAM_IDLE_TIMEOUT, call.idleNanos());
        from.demand(Invocable.from(InvocationType.NON_BLOCKING, this::iterate));
        return Action.IDLE;
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
        if (exchange.finish(null)) exchange.complete(null);
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
        release();
        ErrorKind kind = failed;
        if (kind != null) {
            exchange.fail(kind, failedDetail);
        } else {
            // A write failed: the client is gone.
            ErrorKind why = exchange.deadlines().expired();
            exchange.fail(why == null ? ErrorKind.CLIENT_LEFT : why, null);
            call.end(ErrorKind.CLIENT_LEFT);
        }
    }

    /// Called when nothing is being prepared any more, but perhaps something written: a client that
    /// does not read keeps the write pending, and breaking off ends both.
    @Override
    protected void onAborted(Throwable cause) {
        ErrorKind kind = failed;
        if (kind != null && exchange.response().isCommitted()) exchange.fail(kind, failedDetail);
    }

    @Override
    public void fail(ErrorKind kind, @Nullable String detail) {
        failedDetail = detail;
        failed = kind;
        abort(new ProxyException(kind, kind.code(), null));
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
