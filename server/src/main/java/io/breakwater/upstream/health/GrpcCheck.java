package io.breakwater.upstream.health;

import io.breakwater.config.HealthCheckConfig;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodePool;
import io.breakwater.upstream.transport.OutgoingBody;
import io.breakwater.upstream.transport.OutgoingRequest;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Well is who answers `grpc.health.v1.Health/Check` with SERVING.
final class GrpcCheck implements Check, Question.Judge {
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
        OutgoingRequest request =
                new OutgoingRequest(
                        "POST", GrpcHealth.PATH, fields, new Body(message), false, false, null);
        Question.ask(pool, request, config.timeout(), scheduler, this, result);
    }

    @Override
    public int mostBytes() {
        return MOST_BYTES;
    }

    @Override
    public @Nullable String verdict(IncomingResponse response, byte[] body) {
        if (response.status() != 200) return "status " + response.status();
        if (body.length > MOST_BYTES) return "no such message";
        HttpFields trailers = response.trailers();
        // A response without a message has all in its head.
        HttpFields last = trailers == null ? response.fields() : trailers;
        String status = last.get("grpc-status");
        if (status == null) return "no grpc status";
        if (!status.equals("0")) {
            String why = last.get("grpc-message");
            return GrpcHealth.statusWords(status) + (why == null ? "" : ": " + why);
        }
        String serving = GrpcHealth.status(body);
        if (serving == null) return "no such message";
        return serving.equals(GrpcHealth.SERVING) ? null : serving;
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
}
