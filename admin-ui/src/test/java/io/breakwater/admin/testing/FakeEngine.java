package io.breakwater.admin.testing;

import io.breakwater.config.Configuration;
import io.breakwater.config.reload.Engine;
import io.breakwater.control.NodeView;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An engine that takes every configuration and listens on nothing.
public final class FakeEngine implements Engine {
    private volatile Configuration inForce = Configuration.EMPTY;

    /// Makes an engine.
    public FakeEngine() {}

    @Override
    public void apply(Configuration next) {
        inForce = next;
    }

    @Override
    public void check(Configuration next) {
        // Everything is right.
    }

    @Override
    public List<StatusView.Listener> listeners() {
        return List.of(new StatusView.Listener("web", "127.0.0.1:8080", 3, "listening"));
    }

    @Override
    public int inFlight() {
        return 2;
    }

    @Override
    public int connections() {
        return 3;
    }

    @Override
    public RouteView route(String url, String method, Map<String, String> headers) {
        if (URI.create(url).getHost() == null) {
            throw new IllegalArgumentException("an absolute http or https URL is expected");
        }
        String reason = method + " " + headers;
        return new RouteView(
                "web",
                "app",
                7,
                "/x",
                "app",
                "proxy",
                Map.of(),
                List.of(new RouteView.Candidate("app", 7, true, reason)));
    }

    @Override
    public @Nullable List<NodeView> nodes(String upstream) {
        var found = inForce.upstreams().get(upstream);
        return found == null
                ? null
                : found.nodes().stream()
                        .map(node ->
                                new NodeView(
                                        node.address(),
                                        node.weight(),
                                        "active",
                                        false,
                                        0,
                                        0,
                                        0,
                                        0,
                                        0,
                                        null,
                                        0,
                                        0,
                                        null))
                        .toList();
    }
}
