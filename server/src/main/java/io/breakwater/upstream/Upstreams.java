package io.breakwater.upstream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.upstream.figures.Journal;
import io.breakwater.upstream.sticky.CookieKey;
import io.breakwater.upstream.transport.Connector;
import io.breakwater.upstream.transport.Http1Pool;
import io.breakwater.upstream.transport.PoolSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The upstreams with a life of their own: groups and nodes that stay while configurations come and
/// go. A group whose configuration is the same is the same object, so its turn and figures survive;
/// a node survives as long as its address and its upstream's connection settings do.
public final class Upstreams implements AutoCloseable {
    private static final long RETIREMENT_NANOS = 10_000_000_000L;

    private final Connector connector;
    private final Journal journal = new Journal();
    private final CookieKey key;

    @GuardedBy("this")
    private Map<String, UpstreamGroup> groups = Map.of();

    @GuardedBy("this")
    private final Map<Node, Long> retired = new HashMap<>();

    /// Makes the registry.
    ///
    /// @param connector opens the connections to nodes
    /// @param key signs the cookies that bind clients to nodes
    public Upstreams(Connector connector, CookieKey key) {
        this.connector = connector;
        this.key = key;
    }

    /// Makes the groups of a configuration, reusing what is unchanged. Does not touch what is in
    /// use: call [#commit] when the configuration is in force, or simply forget the result.
    ///
    /// @param configs the enabled upstreams
    /// @return groups by name
    public synchronized Map<String, UpstreamGroup> prepare(Iterable<UpstreamConfig> configs) {
        Map<String, UpstreamGroup> next = new HashMap<>();
        for (UpstreamConfig config : configs) {
            UpstreamGroup present = groups.get(config.name());
            next.put(
                    config.name(),
                    present != null && present.config().equals(config)
                            ? present
                            : group(config, present));
        }
        return next;
    }

    @GuardedBy("this")
    private UpstreamGroup group(UpstreamConfig config, @Nullable UpstreamGroup present) {
        PoolSettings settings =
                new PoolSettings(
                        config.connectTimeout(),
                        config.keepAlive(),
                        config.maxIdleConnections(),
                        config.maxRequestsPerConnection());
        List<Node> nodes = new ArrayList<>();
        for (UpstreamConfig.Node wanted : config.nodes()) {
            Node known =
                    present == null ? null : find(present.nodes(), wanted, config.name(), settings);
            if (known == null) known = find(retired.keySet(), wanted, config.name(), settings);
            Node node = known != null ? known : node(wanted, config.name(), settings);
            if (known == null && present != null) node.starts(); // beside nodes that are warm
            nodes.add(node);
        }
        return new UpstreamGroup(config, nodes, journal, key, present);
    }

    private Node node(UpstreamConfig.Node wanted, String upstream, PoolSettings settings) {
        return new Node(
                wanted,
                upstream,
                new Http1Pool(connector, wanted.host(), wanted.port(), settings),
                journal);
    }

    private static @Nullable Node find(
            Iterable<Node> among,
            UpstreamConfig.Node wanted,
            String upstream,
            PoolSettings settings) {
        for (Node node : among) if (node.is(wanted.address(), upstream, settings)) return node;
        return null;
    }

    /// Takes prepared groups into use and retires nodes that are in none of them.
    ///
    /// @param next the result of [#prepare]
    public synchronized void commit(Map<String, UpstreamGroup> next) {
        Set<Node> used = new HashSet<>();
        next.values().forEach(group -> used.addAll(group.nodes()));
        long now = System.nanoTime();
        for (UpstreamGroup old : groups.values())
            for (Node node : old.nodes()) if (!used.contains(node)) retired.putIfAbsent(node, now);
        retired.keySet().removeAll(used); // back again
        for (Node node : retired.keySet()) node.check(null, connector);
        groups = Map.copyOf(next);
        journal.keep(groups.keySet());
        for (UpstreamGroup group : groups.values()) {
            for (Node node : group.nodes()) {
                node.reopen();
                node.check(group.config().healthCheck(), connector);
            }
            group.line().servedBy(group);
            for (int i = 0; i < group.nodes().size(); i++)
                group.nodes().get(i).wanted(group.config().nodes().get(i).state());
        }
    }

    /// What happened to upstreams and nodes.
    ///
    /// @return the same journal all the time
    public Journal journal() {
        return journal;
    }

    /// Notes where the nodes' figures are. Once a second, off the I/O threads.
    public synchronized void sample() {
        long now = System.nanoTime();
        for (UpstreamGroup group : groups.values())
            for (Node node : group.nodes()) node.figures().sample(now);
    }

    /// Closes the pools of nodes that were retired a while ago and have nothing in flight, and idle
    /// connections that are too old or too many. Called from time to time off the I/O threads. The
    /// while is for exchanges that were admitted before and may still pick the node.
    public synchronized void sweep() {
        long now = System.nanoTime();
        Iterator<Map.Entry<Node, Long>> left = retired.entrySet().iterator();
        while (left.hasNext()) {
            Map.Entry<Node, Long> entry = left.next();
            if (entry.getKey().inFlight() > 0 || now - entry.getValue() < RETIREMENT_NANOS)
                continue;
            left.remove();
            entry.getKey().close();
        }
        for (UpstreamGroup group : groups.values()) {
            group.nodes().forEach(Node::sweep);
            group.line().serve(); // of a node that came back nobody says
        }
    }

    @Override
    public synchronized void close() {
        groups.values().forEach(group -> group.nodes().forEach(Node::close));
        retired.keySet().forEach(Node::close);
        retired.clear();
    }
}
