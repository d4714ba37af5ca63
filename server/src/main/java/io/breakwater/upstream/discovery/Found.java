package io.breakwater.upstream.discovery;

import io.breakwater.config.DiscoveryConfig;
import io.breakwater.config.DiscoveryConfig.How;
import io.breakwater.config.HostPort;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.config.UpstreamConfig.Node;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A node as it was found, by configuration or by discovery.
///
/// @param config its address, weight, limit and state
/// @param authority by which name it is asked: `host:port`
/// @param rank nodes of the lowest rank are used, those of the next as their backups, and so on
/// @param from the configured name or file by which it was found, null when it is configured
public record Found(Node config, String authority, int rank, @Nullable String from) {
    /// Backups come after all priorities of service records, which have 16 bits.
    private static final int BACKUP = 1 << 16;

    /// A node that is configured, or listed in a file.
    ///
    /// @param config as written
    /// @param from the file, null when it is configured
    static Found written(Node config, @Nullable String from) {
        return new Found(config, asked(config), config.backup() ? BACKUP : 0, from);
    }

    /// An address of a name. What is missing comes from the node that names it.
    static Found address(InetAddress address) {
        Node node = new Node(Literal.of(address), 0, 1, false, UpstreamConfig.State.ACTIVE, 0);
        return new Found(node, "", 0, null);
    }

    /// An address of a service.
    ///
    /// @param address the address
    /// @param service the record's target, port and weight
    /// @param priority the record's, 0 to 65535
    static Found service(InetAddress address, Node service, int priority) {
        Node node =
                new Node(
                        Literal.of(address),
                        service.port(),
                        service.weight(),
                        false,
                        UpstreamConfig.State.ACTIVE,
                        0);
        return new Found(node, service.address(), priority, null);
    }

    /// By which name a node is asked: the dot at the end of an absolute one is for DNS only.
    private static String asked(Node node) {
        String host = node.host();
        return node.unixPath() == null && host.endsWith(".")
                ? new HostPort(host.substring(0, host.length() - 1), node.port()).text()
                : node.address();
    }

    /// The nodes of an upstream, each address once.
    ///
    /// @param config the upstream
    /// @param last what was found by a source last
    /// @return in configured order
    public static List<Found> of(UpstreamConfig config, Function<SourceKey, List<Found>> last) {
        DiscoveryConfig discovery = config.discovery();
        List<Found> all = new ArrayList<>();
        if (discovery.how() == How.FILE)
            for (SourceKey key : SourceKey.of(config)) all.addAll(last.apply(key));
        for (Node node : config.nodes()) {
            SourceKey key = SourceKey.of(discovery, node);
            if (key == null) all.add(written(node, null));
            else for (Found found : last.apply(key)) all.add(found.under(node));
        }
        Set<String> seen = new HashSet<>();
        all.removeIf(found -> !seen.add(found.config().identity()));
        return all;
    }

    /// This node under the name that is configured.
    private Found under(Node named) {
        boolean service = config.port() > 0;
        Node node =
                new Node(
                        config.host(),
                        service ? config.port() : named.port(),
                        service ? config.weight() : named.weight(),
                        named.backup(),
                        named.state(),
                        named.maxConnections());
        return new Found(
                node,
                service ? authority : asked(named),
                rank + (named.backup() ? BACKUP : 0),
                named.address());
    }

    /// This node in another state.
    ///
    /// @param state what the operator wants of it
    /// @return the node
    public Found in(UpstreamConfig.State state) {
        Node node =
                new Node(
                        config.host(),
                        config.port(),
                        config.weight(),
                        config.backup(),
                        state,
                        config.maxConnections());
        return new Found(node, authority, rank, from);
    }
}
