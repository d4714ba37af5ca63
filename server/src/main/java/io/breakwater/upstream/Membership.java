package io.breakwater.upstream;

import io.breakwater.config.BalanceConfig;
import io.breakwater.config.CookieConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.config.UpstreamConfig.State;
import io.breakwater.upstream.balance.Balancer;
import io.breakwater.upstream.balance.Balancers;
import io.breakwater.upstream.balance.Wish;
import io.breakwater.upstream.sticky.CookieKey;
import io.breakwater.upstream.sticky.StickyCookie;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who belongs to an upstream at one time. Immutable but for what its balancers remember.
final class Membership {
    private final List<Member> members;
    private final List<Node> nodes;
    private final SortedMap<Integer, Balancer<Member>> ranks;
    private final List<Balancer<Member>> levels;
    private final List<Member> limited;
    private final @Nullable StickyCookie<Member> sticky;

    /// Makes a membership.
    ///
    /// @param config the upstream
    /// @param key signs the cookies that bind clients to nodes
    /// @param members all nodes, also those that get no requests
    Membership(UpstreamConfig config, CookieKey key, List<Member> members) {
        this.members = List.copyOf(members);
        this.nodes = members.stream().map(Member::node).toList();
        this.ranks = ranks(config.balance(), members);
        this.levels = List.copyOf(ranks.values());
        this.sticky = sticky(config, key, members);
        this.limited =
                members.stream()
                        .filter(Member::isActive)
                        .filter(member -> member.config().maxConnections() > 0)
                        .toList();
    }

    /// Nodes that drain keep the clients that they have.
    private static @Nullable StickyCookie<Member> sticky(
            UpstreamConfig config, CookieKey key, List<Member> members) {
        CookieConfig cookie = config.sticky();
        if (cookie == null) return null;
        Map<String, Member> bindable = new HashMap<>();
        for (Member member : members)
            if (member.config().state() != State.DOWN)
                bindable.put(member.node().address(), member);
        return new StickyCookie<>(cookie, key, "upstreams/" + config.name(), bindable);
    }

    /// One balancer for each rank of the nodes that may get requests, the lowest first.
    private static SortedMap<Integer, Balancer<Member>> ranks(
            BalanceConfig balance, List<Member> members) {
        SortedMap<Integer, List<Member>> ranks = new TreeMap<>();
        for (Member member : members)
            if (member.isActive())
                ranks.computeIfAbsent(member.found().rank(), rank -> new ArrayList<>()).add(member);
        SortedMap<Integer, Balancer<Member>> balancers = new TreeMap<>();
        ranks.forEach((rank, level) -> balancers.put(rank, Balancers.of(balance, level)));
        return balancers;
    }

    /// Picks from the first level that has an allowed node.
    ///
    /// @return null when none has
    @Nullable Member pick(Wish<Member> wish) {
        for (int i = 0; i < levels.size(); i++) {
            Member member = levels.get(i).pick(wish);
            if (member != null) return member;
        }
        return null;
    }

    /// Picks from the level of another node.
    ///
    /// @return null when that is gone or has no allowed node
    @Nullable Member pickBeside(Node other, Wish<Member> wish) {
        for (Member member : members) {
            if (!member.node().equals(other)) continue;
            Balancer<Member> level = ranks.get(member.found().rank());
            return level == null ? null : level.pick(wish);
        }
        return null;
    }

    /// The cookie that binds clients to nodes.
    ///
    /// @return null for none
    @Nullable StickyCookie<Member> sticky() {
        return sticky;
    }

    List<Member> members() {
        return members;
    }

    List<Node> nodes() {
        return nodes;
    }

    /// Nodes that may get requests, but only so many at once.
    List<Member> limited() {
        return limited;
    }
}
