package io.breakwater.upstream;

import io.breakwater.config.UpstreamConfig;
import io.breakwater.config.UpstreamConfig.State;
import io.breakwater.exchange.Upstream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An upstream compiled for use. Immutable but for the turn of its round robin and its nodes'
/// figures.
public final class UpstreamGroup implements Upstream {
    private final UpstreamConfig config;
    private final List<Node> nodes;
    private final Tier primary;
    private final Tier backup;

    UpstreamGroup(UpstreamConfig config, List<Node> nodes) {
        this.config = config;
        this.nodes = List.copyOf(nodes);
        this.primary = tier(false);
        this.backup = tier(true);
    }

    private Tier tier(boolean ofBackups) {
        List<Node> members = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            UpstreamConfig.Node node = config.nodes().get(i);
            if (node.backup() != ofBackups || node.state() != State.ACTIVE) continue;
            members.add(nodes.get(i));
            weights.add(node.weight());
            limits.add(node.maxConnections());
        }
        return new Tier(members, limits, new RoundRobin(weights));
    }

    @Override
    public String name() {
        return config.name();
    }

    /// As configured.
    ///
    /// @return the configuration
    public UpstreamConfig config() {
        return config;
    }

    /// All nodes in configured order.
    ///
    /// @return the nodes
    public List<Node> nodes() {
        return nodes;
    }

    /// Picks a node for an attempt: the next in turn that was not tried yet and is below its limit;
    /// a backup when no other is left. O(1) unless nodes must be passed over.
    ///
    /// @param tried nodes that failed this exchange
    /// @return the node, null when there is none
    public @Nullable Node pick(List<Node> tried) {
        Node node = primary.pick(tried);
        return node != null ? node : backup.pick(tried);
    }

    private record Tier(List<Node> members, List<Integer> limits, RoundRobin turn) {
        @Nullable Node pick(List<Node> tried) {
            for (int i = turn.length(); i > 0; i--) {
                int index = turn.next();
                Node node = members.get(index);
                int limit = limits.get(index);
                if (!tried.contains(node) && (limit == 0 || node.inFlight() < limit)) return node;
            }
            return null;
        }
    }
}
