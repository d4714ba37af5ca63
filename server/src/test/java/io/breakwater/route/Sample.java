package io.breakwater.route;

import io.breakwater.config.HeaderOps;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.LocationConfig;
import io.breakwater.config.LocationConfig.Forwarded;
import io.breakwater.config.LocationConfig.Redirect;
import io.breakwater.config.LocationConfig.Respond;
import io.breakwater.exchange.LocationPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds locations for tests; all that is not given has its default.
final class Sample {
    private final String name;
    private boolean enabled = true;
    private List<String> host = List.of();
    private String path = "";
    private List<String> methods = List.of();
    private List<String> headers = List.of();
    private List<String> query = List.of();
    private List<String> cookies = List.of();
    private @Nullable Integer weight;
    private @Nullable String upstream = "app";
    private List<String> rewrite = List.of();
    private HeaderOps requestHeaders = HeaderOps.NONE;
    private HeaderOps responseHeaders = HeaderOps.NONE;
    private String hostPolicy = "preserve";
    private @Nullable Respond respond;
    private @Nullable Redirect redirect;

    private Sample(String name) {
        this.name = name;
    }

    static Sample location(String name) {
        return new Sample(name);
    }

    Sample disabled() {
        enabled = false;
        return this;
    }

    Sample host(String... patterns) {
        host = List.of(patterns);
        return this;
    }

    Sample path(String pattern) {
        path = pattern;
        return this;
    }

    Sample methods(String... accepted) {
        methods = List.of(accepted);
        return this;
    }

    Sample headers(String... conditions) {
        headers = List.of(conditions);
        return this;
    }

    Sample query(String... conditions) {
        query = List.of(conditions);
        return this;
    }

    Sample cookies(String... conditions) {
        cookies = List.of(conditions);
        return this;
    }

    Sample weight(int override) {
        weight = override;
        return this;
    }

    Sample upstream(String text) {
        upstream = text;
        return this;
    }

    Sample rewrite(String... rules) {
        rewrite = List.of(rules);
        return this;
    }

    Sample requestHeaders(HeaderOps operations) {
        requestHeaders = operations;
        return this;
    }

    Sample responseHeaders(HeaderOps operations) {
        responseHeaders = operations;
        return this;
    }

    Sample hostPolicy(String policy) {
        hostPolicy = policy;
        return this;
    }

    Sample respond(int status, String body, Map<String, String> fields) {
        respond = new Respond(status, body, fields);
        upstream = null;
        return this;
    }

    Sample redirect(String to) {
        redirect = new Redirect(to, 308);
        upstream = null;
        return this;
    }

    LocationConfig config() {
        return new LocationConfig(
                name,
                enabled,
                "",
                host,
                path,
                methods,
                headers,
                query,
                cookies,
                weight,
                upstream,
                List.of(),
                null,
                null,
                rewrite,
                requestHeaders,
                responseHeaders,
                null,
                Forwarded.X_FORWARDED,
                hostPolicy,
                respond,
                redirect,
                null,
                null,
                -1,
                0,
                null,
                null,
                null,
                true,
                false,
                Duration.ofHours(1));
    }

    LocationPlan plan() throws InvalidConfigException {
        return LocationCompiler.compile(config(), key -> key.equals("SITE_ID") ? "s7" : null);
    }
}
