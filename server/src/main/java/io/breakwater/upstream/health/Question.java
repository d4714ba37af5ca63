package io.breakwater.upstream.health;

import io.breakwater.upstream.transport.ExchangeListener;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodeExchange;
import io.breakwater.upstream.transport.NodePool;
import io.breakwater.upstream.transport.OutgoingRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The request of one check: sent, waited for only so long, and judged by its response and the
/// beginning of its body.
final class Question implements ExchangeListener, Runnable {
    private final Judge judge;
    private final int mostBytes;
    private final Check.Result result;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final AtomicBoolean found = new AtomicBoolean();
    private @Nullable NodeExchange exchange;
    private volatile Scheduler.@Nullable Task timeout;
    private @Nullable IncomingResponse response;

    private Question(Judge judge, int mostBytes, Check.Result result) {
        this.judge = judge;
        this.mostBytes = mostBytes;
        this.result = result;
    }

    /// What a response says of the node.
    interface Judge {
        /// The bytes of a body that it wants to see, 0 or more.
        int mostBytes();

        /// Judges.
        ///
        /// @param response the response, whose trailers are there when the body is whole
        /// @param body its body, or more than the bytes wanted of it
        /// @return what is wrong, null when the node is well
        @Nullable String verdict(IncomingResponse response, byte[] body);
    }

    /// Asks.
    ///
    /// @param pool the node's connections
    /// @param request what to send
    /// @param timeout from now to the verdict
    /// @param scheduler for the timeout
    /// @param judge of the response
    /// @param result told once
    static void ask(
            NodePool pool,
            OutgoingRequest request,
            Duration timeout,
            Scheduler scheduler,
            Judge judge,
            Check.Result result) {
        Question one = new Question(judge, judge.mostBytes(), result);
        NodeExchange exchange = pool.exchange(request, one);
        one.exchange = exchange;
        long millis = timeout.toMillis();
        String late = "no answer within " + millis + " ms";
        one.timeout =
                scheduler.schedule(
                        () -> exchange.abort(new IOException(late)), millis, TimeUnit.MILLISECONDS);
        exchange.send();
    }

    @Override
    public void sending() {
        // Nothing depends on it.
    }

    @Override
    public void interim(int status, HttpFields fields) {
        // What counts is the final answer.
    }

    @Override
    public void head(IncomingResponse head) {
        response = head;
        run();
    }

    /// Reads on. What is read beyond the limit is not wanted: the connection is given up.
    @Override
    public void run() {
        IncomingResponse from = response;
        if (from == null) return;
        while (true) {
            Content.Chunk chunk = from.body().read();
            if (chunk == null) {
                from.body().demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) return;
            byte[] copy = new byte[chunk.remaining()];
            chunk.getByteBuffer().duplicate().get(copy);
            boolean last = chunk.isLast();
            chunk.release();
            body.writeBytes(copy);
            if (last || body.size() > mostBytes) {
                end(judge.verdict(from, body.toByteArray()));
                NodeExchange sent = exchange;
                if (!last && sent != null) sent.abort(new IOException("enough"));
                return;
            }
        }
    }

    @Override
    public void complete() {
        // The reader of the body finds its end.
    }

    @Override
    public void failed(Throwable failure) {
        String message = failure.getMessage();
        end(message == null ? failure.getClass().getSimpleName() : message);
    }

    private void end(@Nullable String failure) {
        if (!found.compareAndSet(false, true)) return;
        Scheduler.Task waiting = timeout;
        if (waiting != null) waiting.cancel();
        result.found(failure);
    }
}
