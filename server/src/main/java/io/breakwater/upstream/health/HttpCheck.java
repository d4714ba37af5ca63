package io.breakwater.upstream.health;

import io.breakwater.config.HealthCheckConfig;
import io.breakwater.config.HealthCheckConfig.Expression;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.NodePool;
import io.breakwater.upstream.transport.OutgoingRequest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Well is who answers a GET with an expected status, and with the expected text in the first 64 kB
/// of its body.
final class HttpCheck implements Check, Question.Judge {
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
        Question.ask(pool, request, config.timeout(), scheduler, this, result);
    }

    @Override
    public int mostBytes() {
        return MOST_BYTES;
    }

    @Override
    public @Nullable String verdict(IncomingResponse response, byte[] body) {
        if (!config.expects(response.status())) return "status " + response.status();
        boolean found =
                match == null || match.matcher(new String(body, StandardCharsets.UTF_8)).find();
        return found ? null : "the body does not match";
    }
}
