package io.breakwater.upstream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.io.SharedSelectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The upstreams with a life of their own: groups, nodes and transports that stay while
/// configurations come and go. A group whose configuration is the same is the same object, so its
/// turn and figures survive; a node survives as long as its address and its upstream's transport
/// profile do.
public final class Upstreams implements AutoCloseable {
    private final Executor executor;
    private final Scheduler scheduler;
    private final ByteBufferPool buffers;
    private final SharedSelectors selectors;

    @GuardedBy("this")
    private final Map<Transport.Profile, Transport> transports = new HashMap<>();

    @GuardedBy("this")
    private Map<String, UpstreamGroup> groups = Map.of();

    @GuardedBy("this")
    private final List<Node> retired = new ArrayList<>();

    /// Makes the registry.
    ///
    /// @param executor runs the transports' tasks
    /// @param scheduler for connect timeouts
    /// @param buffers shared with the server
    /// @param selectors serve the connections to nodes
    public Upstreams(
            Executor executor,
            Scheduler scheduler,
            ByteBufferPool buffers,
            SharedSelectors selectors) {
        this.executor = executor;
        this.scheduler = scheduler;
        this.buffers = buffers;
        this.selectors = selectors;
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
        Transport transport =
                transports.computeIfAbsent(
                        Transport.Profile.of(config),
                        profile -> new Transport(profile, executor, scheduler, buffers, selectors));
        List<Node> nodes = new ArrayList<>();
        for (UpstreamConfig.Node node : config.nodes()) {
            Node kept = null;
            if (present != null)
                for (Node old : present.nodes())
                    if (old.address().equals(node.address()) && old.transport() == transport)
                        kept = old;
            nodes.add(kept != null ? kept : new Node(node, config.name(), transport));
        }
        return new UpstreamGroup(config, nodes);
    }

    /// Takes prepared groups into use and retires nodes that are in none of them.
    ///
    /// @param next the result of [#prepare]
    public synchronized void commit(Map<String, UpstreamGroup> next) {
        Set<Node> used = new HashSet<>();
        next.values().forEach(group -> used.addAll(group.nodes()));
        for (UpstreamGroup old : groups.values())
            for (Node node : old.nodes())
                if (!used.contains(node) && !retired.contains(node)) retired.add(node);
        groups = Map.copyOf(next);
    }

    /// Closes the pools of retired nodes that have nothing in flight. Called from time to time off
    /// the I/O threads.
    public synchronized void sweep() {
        Iterator<Node> left = retired.iterator();
        while (left.hasNext()) {
            Node node = left.next();
            if (node.inFlight() > 0) continue;
            left.remove();
            node.close();
        }
        transports.values().forEach(Transport::trimIdle);
    }

    @Override
    public synchronized void close() {
        transports.values().forEach(Transport::close);
        transports.clear();
    }
}
