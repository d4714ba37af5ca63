package io.breakwater.upstream.sticky;

import io.breakwater.config.BalanceConfig;
import io.breakwater.config.BalanceConfig.Algorithm;
import io.breakwater.config.BalanceConfig.Hash;
import io.breakwater.config.BalanceConfig.HashOn;
import io.breakwater.config.BalanceConfig.Part;
import io.breakwater.config.CookieConfig;
import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.RequestHead;
import io.breakwater.exchange.Upstream;
import io.breakwater.upstream.balance.Balancer;
import io.breakwater.upstream.balance.Balancers;
import io.breakwater.upstream.balance.Target;
import io.breakwater.upstream.balance.Wish;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The upstreams among which a location shares its requests: in turn, smoothly by weight, so that
/// each gets exactly its share. Any thread.
public final class Split {
    private static final BalanceConfig IN_TURN =
            new BalanceConfig(Algorithm.ROUND_ROBIN, Hash.KETAMA, new HashOn(Part.IP, ""));

    private final LocationConfig config;
    private final Balancer<Share> balancer;
    private final @Nullable StickyCookie<Share> sticky;

    /// Makes a split with nothing remembered yet.
    ///
    /// @param config the location
    /// @param key signs the cookie, if there is one
    public Split(LocationConfig config, CookieKey key) {
        this.config = config;
        List<Share> shares =
                config.split().stream()
                        .filter(share -> share.weight() > 0)
                        .map(share -> new Share(share.upstream(), share.weight()))
                        .toList();
        this.balancer = Balancers.of(IN_TURN, shares);
        CookieConfig cookie = config.splitSticky();
        if (cookie == null) {
            sticky = null;
        } else {
            Map<String, Share> byName = new HashMap<>();
            for (Share share : shares) byName.put(share.key(), share);
            sticky = new StickyCookie<>(cookie, key, "locations/" + config.name(), byName);
        }
    }

    /// Whether this is the split of a location.
    ///
    /// @param location a location
    /// @return false when it has changed
    @SuppressWarnings("ReferenceEquality") // unchanged locations stay the same object
    public boolean isOf(LocationConfig location) {
        return config == location;
    }

    /// Chooses an upstream: the one that the client was sent to before, or the next in turn.
    ///
    /// @param head the request
    /// @param upstreams those that are there, by name; others are passed over
    /// @return null when none of the split's is there
    public @Nullable Choice choose(RequestHead head, Map<String, Upstream> upstreams) {
        Share before = sticky == null ? null : sticky.find(head);
        if (before != null && upstreams.containsKey(before.key()))
            return new Choice(before.key(), null);
        Share next = balancer.pick(new Present(upstreams));
        if (next == null) return null;
        return new Choice(next.key(), sticky == null ? null : sticky.assign(next.key(), head));
    }

    /// An upstream that was chosen.
    ///
    /// @param upstream its name
    /// @param setCookie what to tell the client so that it stays, null for nothing
    public record Choice(String upstream, @Nullable String setCookie) {}

    private record Share(String key, int weight) implements Target {
        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public double latencyNanos() {
            return 0;
        }
    }

    private record Present(Map<String, Upstream> upstreams) implements Wish<Share> {
        @Override
        public boolean allows(Share share) {
            return upstreams.containsKey(share.key());
        }

        @Override
        public long hash() {
            return 0;
        }
    }
}
