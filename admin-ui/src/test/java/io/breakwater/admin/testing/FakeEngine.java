package io.breakwater.admin.testing;

import io.breakwater.config.Configuration;
import io.breakwater.config.DiscoveryConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.config.reload.Engine;
import io.breakwater.control.Control;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.NodeView;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import io.breakwater.control.TrafficView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An engine that takes every configuration and listens on nothing.
public final class FakeEngine implements Engine {
    private final List<UpstreamEvent> events = new CopyOnWriteArrayList<>();
    private final List<Consumer<UpstreamEvent>> listeners = new CopyOnWriteArrayList<>();
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
        return List.of(new StatusView.Listener("web", "127.0.0.1:8080", 3, "listening", "off"));
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
                List.of(),
                null,
                "proxy",
                Map.of(),
                List.of(new RouteView.Candidate("app", 7, true, reason)));
    }

    @Override
    public @Nullable UpstreamView upstream(String name) {
        var found = inForce.upstreams().get(name);
        if (found == null) {
            return null;
        }
        TrafficView none = new TrafficView(0, new long[5], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        List<NodeView> nodes =
                found.nodes().stream()
                        .map(node -> node(node, none, !discovery(name).isEmpty()))
                        .toList();
        return new UpstreamView(name, false, nodes.size(), 0, 0, 0, 0, 0, 0, 0, none, nodes);
    }

    private static NodeView node(UpstreamConfig.Node node, TrafficView traffic, boolean isFound) {
        String state = node.state().name().toLowerCase(Locale.ROOT);
        return new NodeView(
                isFound ? "10.0.0.7:80" : node.address(),
                node.weight(),
                state,
                false,
                0,
                0,
                0,
                0,
                0,
                null,
                0,
                0,
                null,
                0,
                0,
                0,
                0,
                null,
                traffic,
                isFound ? node.address() : null,
                false);
    }

    @Override
    public List<UpstreamEvent> upstreamEvents(String upstream) {
        return events.stream().filter(event -> event.upstream().equals(upstream)).toList();
    }

    @Override
    public Control.Subscription onUpstreamEvent(Consumer<UpstreamEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// Lets something happen.
    ///
    /// @param event what happens
    public void happen(UpstreamEvent event) {
        events.addFirst(event);
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public List<DiscoveryView> discovery(String upstream) {
        var found = inForce.upstreams().get(upstream);
        if (found == null || found.discovery().how() == DiscoveryConfig.How.STATIC) {
            return List.of();
        }
        return List.of(new DiscoveryView("app.test", "dns", 1, 1_000, 2_000, "no answer"));
    }

    @Override
    public boolean setFound(String upstream, String address, UpstreamConfig.State state) {
        return !discovery(upstream).isEmpty() && address.equals("10.0.0.7:80");
    }
}
