package io.breakwater.relay.transform;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.relay.UpstreamCall;
import io.breakwater.upstream.transport.IncomingResponse;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpResponse;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/// Feeds a node's response to the middle man, which takes the events of Jetty's client: head, chunk
/// after chunk with the next one only when the last is written, end. One iteration is one chunk.
///
/// The head leaves at once when the body lets it wait: the middle man would keep it until the first
/// bytes.
final class ResponseFeed extends IteratingCallback {
    /// Bytes of a body that is changed after which others have their turn.
    private static final int TURN_BYTES = 64 * 1024;

    /// Says that nothing more is there at the moment.
    private static final Content.Chunk PAUSE = Content.Chunk.from(BufferUtil.EMPTY_BUFFER, false);

    private final UpstreamCall call;
    private final IncomingResponse from;
    private final Request carrier;
    private final Response.Listener middleMan;
    private final boolean transformed;
    private final @Nullable EncodingTransformer encoder;
    private final @Nullable TakingTransformer taking;
    private final HttpResponse response;
    private volatile @Nullable Runnable afterwards;
    private boolean headSent;
    private boolean lastFed;
    private boolean hasFed;
    private int turnBytes;

    ResponseFeed(
            UpstreamCall call,
            IncomingResponse from,
            Request carrier,
            Response.Listener middleMan,
            boolean transformed,
            @Nullable EncodingTransformer encoder,
            @Nullable TakingTransformer taking) {
        this.call = call;
        this.from = from;
        this.carrier = carrier;
        this.middleMan = middleMan;
        this.transformed = transformed;
        this.encoder = encoder;
        this.taking = taking;
        this.response = new Fed(carrier);
        response.version(from.version()).status(from.status());
        response.headers(fields -> fields.add(from.fields()));
    }

    /// What the middle man knows of the response. It aborts it when it cannot write.
    private final class Fed extends HttpResponse {
        Fed(Request carrier) {
            super(carrier);
        }

        @Override
        public CompletableFuture<Boolean> abort(Throwable cause) {
            call.end(ErrorKind.CLIENT_LEFT);
            return CompletableFuture.completedFuture(true);
        }
    }

    void start() {
        middleMan.onBegin(response);
        middleMan.onHeaders(response);
        iterate();
    }

    /// Ends it early.
    ///
    /// @param why the reason
    /// @param then run once, soon: not while the middle man is being handed something, which it
    ///   would keep when the exchange ended under it
    void end(Throwable why, Runnable then) {
        afterwards = then;
        if (!abort(why)) then.run();
    }

    @Override
    protected void onAborted(Throwable cause) {
        Runnable then = afterwards;
        if (then != null) then.run();
    }

    @Override
    protected Action process() throws Exception {
        if (lastFed) return end();
        if (turnBytes >= TURN_BYTES) return giveWay();
        Content.Source body = from.body();
        Content.Chunk chunk = body.read();
        while (chunk != null
                && !chunk.isLast()
                && !chunk.hasRemaining()
                && !Content.Chunk.isFailure(chunk)) {
            chunk.release();
            chunk = body.read();
        }
        if (chunk == null) {
            if (encoder != null && encoder.isPending()) return feed(PAUSE);
            if (!headSent) return sendHead();
            turnBytes = 0;
            body.demand(this::iterate);
            return Action.IDLE;
        }
        if (Content.Chunk.isFailure(chunk)) return Action.IDLE; // the call ends this
        lastFed = chunk.isLast();
        if (!chunk.hasRemaining()) {
            chunk.release();
            return end();
        }
        if (transformed) turnBytes += chunk.remaining();
        return feed(chunk);
    }

    private Action feed(Content.Chunk chunk) throws Exception {
        headSent = true;
        hasFed = true;
        try {
            if (taking != null) taking.next(chunk);
            // What is changed is read within the call: nobody has to give it back when a client
            // that leaves keeps what was made of it from being written.
            Content.Chunk given =
                    transformed && chunk.hasRemaining()
                            ? Content.Chunk.from(chunk.getByteBuffer(), chunk.isLast())
                            : chunk;
            middleMan.onContent(response, given, this::fed);
        } finally {
            chunk.release();
        }
        return Action.SCHEDULED;
    }

    /// Goes on when others have had their turn: a fast node would keep the thread to itself for as
    /// long as its body takes to be changed.
    private Action giveWay() {
        turnBytes = 0;
        call.exchange().request().getComponents().getExecutor().execute(this::iterate);
        return Action.IDLE;
    }

    /// The chunk is where it was to go.
    private void fed() {
        if (taking == null) {
            succeeded();
            return;
        }
        // Who takes it may not have room for a while: that is no silence of the node's.
        call.exchange().deadlines().clearResponse();
        taking.room(Callback.from(this::goOn));
    }

    private void goOn() {
        call.exchange().deadlines().response(ErrorKind.UPSTREAM_IDLE_TIMEOUT, call.idleNanos());
        succeeded();
    }

    /// Past the container, which would block for it.
    private Action sendHead() {
        headSent = true;
        call.exchange().connection().writeOut();
        call.exchange().response().write(false, BufferUtil.EMPTY_BUFFER, this);
        return Action.SCHEDULED;
    }

    private Action end() throws Exception {
        // The length of a body that would have been changed is not known: without this the
        // container
        // says 0.
        boolean unknown = transformed && "HEAD".equals(call.exchange().method());
        if (unknown && !headSent) return sendHead();
        // An empty body has a coded form, too, which the middle man does not ask for.
        if (encoder != null && !hasFed) {
            lastFed = true;
            return feed(PAUSE);
        }
        middleMan.onSuccess(response);
        return Action.SUCCEEDED;
    }

    @Override
    protected void onCompleteSuccess() {
        middleMan.onComplete(new Result(carrier, response));
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
        call.end(ErrorKind.CLIENT_LEFT); // if it is news: a write failed
        middleMan.onComplete(new Result(carrier, null, response, failure));
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
