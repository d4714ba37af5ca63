package io.breakwater.upstream;

import io.breakwater.config.BalanceConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.config.UpstreamConfig.State;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Upstream;
import io.breakwater.upstream.balance.Balancer;
import io.breakwater.upstream.balance.Balancers;
import io.breakwater.upstream.balance.Wish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An upstream compiled for use. Immutable but for what its balancers remember and its nodes'
/// figures.
public final class UpstreamGroup implements Upstream {
    private final UpstreamConfig config;
    private final List<Node> nodes;
    private final Balancer<Member> primary;
    private final Balancer<Member> backup;

    UpstreamGroup(UpstreamConfig config, List<Node> nodes) {
        this.config = config;
        this.nodes = List.copyOf(nodes);
        this.primary = balancer(false);
        this.backup = balancer(true);
    }

    private Balancer<Member> balancer(boolean ofBackups) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            UpstreamConfig.Node node = config.nodes().get(i);
            if (node.backup() == ofBackups && node.state() == State.ACTIVE)
                members.add(new Member(nodes.get(i), node));
        }
        return Balancers.of(config.balance(), members);
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

    /// Picks a node for an attempt: by the upstream's balancer among those that were not tried yet
    /// and are below their limit; a backup when no other is left.
    ///
    /// @param exchange whose attempt it is
    /// @param tried nodes that failed this exchange
    /// @return the node, null when there is none
    public @Nullable Node pick(Exchange exchange, List<Node> tried) {
        BalanceConfig balance = config.balance();
        boolean hashes = balance.algorithm() == BalanceConfig.Algorithm.HASH;
        Untried wish = new Untried(tried, hashes ? HashKey.of(balance.hashOn(), exchange) : 0);
        Member member = primary.pick(wish);
        if (member == null) member = backup.pick(wish);
        return member == null ? null : member.node();
    }

    private record Untried(List<Node> tried, long hash) implements Wish<Member> {
        @Override
        public boolean allows(Member member) {
            return !tried.contains(member.node()) && member.isBelowLimit();
        }
    }
}
