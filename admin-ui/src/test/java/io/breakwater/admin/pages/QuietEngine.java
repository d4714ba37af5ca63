package io.breakwater.admin.pages;

import io.breakwater.config.Configuration;
import io.breakwater.config.DiscoveryConfig;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.LocationConfig;
import io.breakwater.config.MirrorConfig;
import io.breakwater.config.Problem;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.config.reload.Engine;
import io.breakwater.control.Control;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.MirrorView;
import io.breakwater.control.NodeView;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import io.breakwater.control.TrafficView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An engine that takes configurations and moves no bytes. Port 1 counts as taken.
final class QuietEngine implements Engine {
    private static final String FOUND = "10.0.0.7:80";

    private volatile UpstreamConfig.State ofFound = UpstreamConfig.State.ACTIVE;
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
                                "listening",
                                server.protocols().contains(ServerConfig.Protocol.H3)
                                        ? "on"
                                        : "off"));
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
                List.of(),
                null,
                match == null ? "not-found" : "proxy",
                Map.of(),
                candidates);
    }

    @Override
    public @Nullable UpstreamView upstream(String name) {
        var found = inForce.upstreams().get(name);
        if (found == null) return null;
        boolean asked = found.discovery().how() != DiscoveryConfig.How.STATIC;
        List<NodeView> nodes = new ArrayList<>();
        for (UpstreamConfig.Node node : found.nodes())
            nodes.add(node(node, asked ? ofFound : null, false));
        int usable = nodes.size();
        // Discovery has lost a node that still has requests.
        if (asked) nodes.add(node(found.nodes().getFirst(), null, true));
        return new UpstreamView(
                name, false, usable, 6, 0, 96_422, 8, 32, 18, 0, traffic(), List.copyOf(nodes));
    }

    private static NodeView node(
            UpstreamConfig.Node node, UpstreamConfig.@Nullable State ofFound, boolean leaving) {
        UpstreamConfig.State state = ofFound == null ? node.state() : ofFound;
        return new NodeView(
                ofFound == null ? node.address() : FOUND,
                node.weight(),
                state.name().toLowerCase(Locale.ROOT),
                node.backup(),
                3,
                48_211,
                4,
                16,
                9,
                "up",
                12.5,
                0,
                null,
                0,
                System.currentTimeMillis() - 7_500_000,
                83_000,
                41,
                new NodeView.Check(System.currentTimeMillis() - 1_200, null, 3_400),
                traffic(),
                ofFound == null ? null : node.address(),
                leaving);
    }

    private static TrafficView traffic() {
        return new TrafficView(
                212.4,
                new long[] {0, 47_900, 200, 90, 21},
                1,
                1,
                1,
                1,
                0,
                3,
                0,
                9_400,
                31_000,
                84_000,
                4_100_000,
                912_000_000);
    }

    @Override
    public List<MirrorView> mirrors() {
        List<MirrorView> mirrors = new ArrayList<>();
        for (LocationConfig location : inForce.locations().values()) {
            MirrorConfig mirror = location.mirror();
            if (mirror == null || location.name().equals("fresh")) continue;
            mirrors.add(
                    new MirrorView(
                            location.name(), mirror.upstream(), 2, 48_211, 17, 3, 1, 9, 4, 120));
        }
        return mirrors;
    }

    @Override
    public List<UpstreamEvent> upstreamEvents(String upstream) {
        return List.of(
                new UpstreamEvent(
                        2, System.currentTimeMillis(), upstream, "127.0.0.1:9001", "back", null),
                new UpstreamEvent(
                        1,
                        System.currentTimeMillis() - 30_000,
                        upstream,
                        "127.0.0.1:9001",
                        "ejected",
                        "for 10 s: 5 failures in a row, the last: upstream-reset"));
    }

    @Override
    public Control.Subscription onUpstreamEvent(Consumer<UpstreamEvent> listener) {
        return () -> {};
    }

    @Override
    public List<DiscoveryView> discovery(String upstream) {
        var found = inForce.upstreams().get(upstream);
        if (found == null || found.discovery().how() == DiscoveryConfig.How.STATIC)
            return List.of();
        long now = System.currentTimeMillis();
        return List.of(
                new DiscoveryView(
                        found.nodes().getFirst().host(),
                        "dns",
                        1,
                        now - 90_000,
                        now + 3_600_000,
                        "NXDOMAIN: there is no app.test"));
    }

    @Override
    public boolean setFound(String upstream, String address, UpstreamConfig.State state) {
        if (!address.equals(FOUND)) return false;
        ofFound = state;
        return true;
    }
}
