package io.breakwater.upstream.discovery;

import io.breakwater.config.DiscoveryConfig;
import io.breakwater.config.DiscoveryConfig.How;
import io.breakwater.config.HostPort;
import io.breakwater.config.UpstreamConfig;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is asked, and how. Upstreams that ask the same share one source.
///
/// @param how DNS, SRV or FILE
/// @param name the name or the file
/// @param interval the longest time between two questions, null for what the answers say
/// @param resolver the DNS servers, empty for the system's
public record SourceKey(
        How how, String name, @Nullable Duration interval, List<HostPort> resolver) {
    /// The sources of an upstream.
    ///
    /// @param config the upstream
    /// @return in configured order, none when its nodes are configured
    public static Set<SourceKey> of(UpstreamConfig config) {
        DiscoveryConfig discovery = config.discovery();
        Set<SourceKey> keys = new LinkedHashSet<>();
        if (discovery.how() == How.FILE)
            keys.add(
                    new SourceKey(
                            How.FILE,
                            Objects.requireNonNull(discovery.file()),
                            discovery.interval(),
                            List.of()));
        for (UpstreamConfig.Node node : config.nodes()) {
            SourceKey key = of(discovery, node);
            if (key != null) keys.add(key);
        }
        return keys;
    }

    /// The source of a configured node.
    ///
    /// @return null when it has none, as it is an address by itself
    static @Nullable SourceKey of(DiscoveryConfig discovery, UpstreamConfig.Node node) {
        boolean asks =
                discovery.how() == How.SRV
                        || (discovery.how() == How.DNS && !isLiteral(node.host()));
        return asks
                ? new SourceKey(
                        discovery.how(), node.host(), discovery.interval(), discovery.resolver())
                : null;
    }

    private static boolean isLiteral(String host) {
        try {
            return !InetAddress.ofLiteral(host).toString().isEmpty();
        } catch (IllegalArgumentException e) {
            return false; // a name
        }
    }

    /// Whether both ask the same, if in different ways.
    boolean asksLike(SourceKey other) {
        return how == other.how && name.equals(other.name);
    }
}
