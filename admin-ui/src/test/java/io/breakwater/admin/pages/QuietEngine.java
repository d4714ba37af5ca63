package io.breakwater.admin.pages;

import io.breakwater.config.Configuration;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.reload.Engine;
import io.breakwater.control.NodeView;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An engine that takes configurations and moves no bytes. Port 1 counts as taken.
final class QuietEngine implements Engine {
    private volatile Configuration inForce = Configuration.EMPTY;

    @Override
    public void apply(Configuration next) throws InvalidConfigException {
        for (ServerConfig server : next.servers().values())
            for (InetSocketAddress address : server.listen())
                if (address.getPort() == 1)
                    throw new InvalidConfigException(
                            List.of(
                                    new Problem(
                                            "servers/" + server.name(),
                                            "listen",
                                            "127.0.0.1:1",
                                            "an address that is free")));
        inForce = next;
    }

    @Override
    public void check(Configuration next) {
        // Whatever ConfigReader takes is right.
    }

    @Override
    public List<StatusView.Listener> listeners() {
        List<StatusView.Listener> listeners = new ArrayList<>();
        for (ServerConfig server :
                inForce.servers().values().stream().filter(ServerConfig::enabled).toList())
            for (InetSocketAddress address : server.listen())
                listeners.add(
                        new StatusView.Listener(
                                server.name(),
                                address.getHostString() + ":" + address.getPort(),
                                12,
                                "listening"));
        return listeners;
    }

    @Override
    public int inFlight() {
        return 7;
    }

    @Override
    public int connections() {
        return 48;
    }

    @Override
    public RouteView route(String url, String method, Map<String, String> headers) {
        URI uri = URI.create(url);
        if (uri.getHost() == null)
            throw new IllegalArgumentException(url + " (expected: an absolute http or https URL)");
        List<RouteView.Candidate> candidates = new ArrayList<>();
        String match = null;
        String upstream = null;
        for (var location :
                inForce.locations().values().stream()
                        .sorted((a, b) -> b.path().length() - a.path().length())
                        .toList()) {
            boolean fits = match == null && uri.getPath().startsWith(location.path());
            if (fits) {
                match = location.name();
                upstream = location.upstream();
            }
            candidates.add(
                    new RouteView.Candidate(
                            location.name(),
                            32_768 + location.path().length(),
                            fits,
                            fits ? "matches" : "path does not begin with " + location.path()));
        }
        return new RouteView(
                "web",
                match,
                match == null ? 0 : 32_768,
                uri.getPath(),
                upstream,
                match == null ? "not-found" : "proxy",
                Map.of(),
                candidates);
    }

    @Override
    public @Nullable List<NodeView> nodes(String upstream) {
        var found = inForce.upstreams().get(upstream);
        if (found == null) return null;
        List<NodeView> nodes = new ArrayList<>();
        for (var node : found.nodes()) {
            String state = node.state().name().toLowerCase(Locale.ROOT);
            nodes.add(
                    new NodeView(
                            node.address(),
                            node.weight(),
                            state,
                            node.backup(),
                            3,
                            48_211,
                            4,
                            16,
                            9,
                            "up",
                            12.5,
                            0,
                            null));
        }
        return nodes;
    }
}
