package io.breakwater.upstream.health;

import io.breakwater.config.HealthCheckConfig;
import io.breakwater.upstream.transport.ExchangeListener;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodeExchange;
import io.breakwater.upstream.transport.NodePool;
import io.breakwater.upstream.transport.OutgoingBody;
import io.breakwater.upstream.transport.OutgoingRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Well is who answers `grpc.health.v1.Health/Check` with SERVING.
final class GrpcCheck implements Check {
    private static final int MOST_BYTES = 1024;

    private final NodePool pool;
    private final HealthCheckConfig config;
    private final Scheduler scheduler;
    private final HttpFields fields;
    private final byte[] message;

    GrpcCheck(NodePool pool, HealthCheckConfig config, Scheduler scheduler) {
        this.pool = pool;
        this.config = config;
        this.scheduler = scheduler;
        this.message = GrpcHealth.request(config.target());
        HttpFields.Mutable head = HttpFields.build();
        head.add(
                HttpHeader.HOST,
                config.host().isEmpty() ? pool.address().authority() : config.host());
        head.add(HttpHeader.TE, "trailers");
        head.add(HttpHeader.CONTENT_TYPE, "application/grpc");
        head.add("grpc-timeout", config.timeout().toMillis() + "m");
        head.add(HttpHeader.USER_AGENT, "breakwater-health-check");
        this.fields = head;
    }

    @Override
    public void run(Result result) {
        One one = new One(result);
        OutgoingRequest request =
                new OutgoingRequest(
                        "POST", GrpcHealth.PATH, fields, new Body(message), false, false, null);
        NodeExchange exchange = pool.exchange(request, one);
        String late = "no answer within " + config.timeout().toMillis() + " ms";
        one.timeout =
                scheduler.schedule(
                        () -> exchange.abort(new IOException(late)),
                        config.timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        one.exchange = exchange;
        exchange.send();
    }

    /// A message as a body.
    private static final class Body implements OutgoingBody {
        private final byte[] message;
        private boolean read;

        Body(byte[] message) {
            this.message = message;
        }

        @Override
        public long length() {
            return -1;
        }

        @Override
        public @Nullable HttpFields trailers() {
            return null;
        }

        @Override
        public Content.Chunk read() {
            if (read) return Content.Chunk.EOF;
            read = true;
            return Content.Chunk.from(ByteBuffer.wrap(message), true);
        }

        @Override
        public void demand(Runnable onAvailable) {
            onAvailable.run();
        }

        @Override
        public void fail(Throwable failure) {
            // There is nothing to let go of.
        }
    }

    /// One check on its way.
    private static final class One implements ExchangeListener, Runnable {
        private final Result result;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private volatile @Nullable NodeExchange exchange;
        private volatile Scheduler.@Nullable Task timeout;
        private @Nullable IncomingResponse response;

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
                if (last || body.size() > MOST_BYTES) {
                    end(last ? verdict(from) : "no such message");
                    NodeExchange sent = exchange;
                    if (!last && sent != null) sent.abort(new IOException("enough"));
                    return;
                }
            }
        }

        private @Nullable String verdict(IncomingResponse from) {
            if (from.status() != 200) return "status " + from.status();
            HttpFields trailers = from.trailers();
            // A response without a message has all in its head.
            HttpFields last = trailers == null ? from.fields() : trailers;
            String status = last.get("grpc-status");
            if (status == null) return "no grpc status";
            if (!status.equals("0")) {
                String why = last.get("grpc-message");
                return GrpcHealth.statusWords(status) + (why == null ? "" : ": " + why);
            }
            String serving = GrpcHealth.status(body.toByteArray());
            if (serving == null) return "no such message";
            return serving.equals(GrpcHealth.SERVING) ? null : serving;
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
