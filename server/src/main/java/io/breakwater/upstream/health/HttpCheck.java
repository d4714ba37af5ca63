package io.breakwater.upstream.health;

import io.breakwater.config.HealthCheckConfig;
import io.breakwater.config.HealthCheckConfig.Expression;
import io.breakwater.upstream.transport.ExchangeListener;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodeExchange;
import io.breakwater.upstream.transport.NodePool;
import io.breakwater.upstream.transport.OutgoingRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Well is who answers a GET with an expected status, and with the expected text in the first 64 kB
/// of its body.
final class HttpCheck implements Check {
    private static final int MOST_BYTES = 64 * 1024;

    private final NodePool pool;
    private final HealthCheckConfig config;
    private final Scheduler scheduler;
    private final OutgoingRequest request;
    private final @Nullable Pattern match;

    HttpCheck(NodePool pool, HealthCheckConfig config, Scheduler scheduler) {
        this.pool = pool;
        this.config = config;
        this.scheduler = scheduler;
        Expression expression = config.match();
        this.match = expression == null ? null : expression.pattern();
        HttpFields.Mutable fields = HttpFields.build();
        fields.add(
                HttpHeader.HOST,
                config.host().isEmpty() ? pool.address().authority() : config.host());
        fields.add(HttpHeader.USER_AGENT, "breakwater-health-check");
        fields.add(HttpHeader.ACCEPT, "*/*");
        this.request =
                new OutgoingRequest("GET", config.target(), fields, null, false, false, null);
    }

    @Override
    public void run(Result result) {
        One one = new One(result);
        NodeExchange exchange = pool.exchange(request, one);
        one.exchange = exchange;
        String late = "no answer within " + config.timeout().toMillis() + " ms";
        Scheduler.Task timeout =
                scheduler.schedule(
                        () -> exchange.abort(new IOException(late)),
                        config.timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        one.timeout = timeout;
        exchange.send();
    }

    /// One check on its way.
    private final class One implements ExchangeListener, Runnable {
        private final Result result;
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private @Nullable NodeExchange exchange;
        private volatile Scheduler.@Nullable Task timeout;
        private @Nullable IncomingResponse response;
        private int bytes;

        One(Result result) {
            this.result = result;
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
                int length = chunk.remaining();
                bytes += length;
                if (match != null && length > 0) {
                    byte[] copy = new byte[length];
                    chunk.getByteBuffer().duplicate().get(copy);
                    text.writeBytes(copy);
                }
                boolean last = chunk.isLast();
                chunk.release();
                if (last || bytes > MOST_BYTES) {
                    end(verdict(from));
                    NodeExchange sent = exchange;
                    if (!last && sent != null) sent.abort(new IOException("enough"));
                    return;
                }
            }
        }

        private @Nullable String verdict(IncomingResponse from) {
            if (!config.expects(from.status())) return "status " + from.status();
            boolean found =
                    match == null || match.matcher(text.toString(StandardCharsets.UTF_8)).find();
            return found ? null : "the body does not match";
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
            Scheduler.Task waiting = timeout;
            if (waiting != null) waiting.cancel();
            result.found(failure);
        }
    }
}
