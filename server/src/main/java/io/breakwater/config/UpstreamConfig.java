package io.breakwater.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A group of nodes. Keys and defaults: the setting table (`Settings`).
///
/// @param name the object's name
/// @param enabled whether it may be used
/// @param note free text
/// @param nodes the nodes, or the names by which they are found; none when a file lists them
/// @param discovery how nodes are found
/// @param protocol what is spoken with them
/// @param balance how to choose among them
/// @param sticky the cookie that keeps clients at their nodes, null for none
/// @param queue who waits when all nodes are at their limit
/// @param slowStart over how long a node that comes back gets its share, zero for at once
/// @param retry when another attempt is made
/// @param outlier when a node is taken out for a while
/// @param tls how TLS to nodes is spoken
/// @param proxyProtocol how connections to nodes begin
/// @param healthCheck how nodes are asked, null for not at all
/// @param connectTimeout for one connection
/// @param responseTimeout from the request's sending to the response head
/// @param idleTimeout between two reads or writes of a body
/// @param keepAlive how long an idle connection is kept
/// @param maxIdleConnections idle connections kept per node
/// @param maxRequestsPerConnection 0 for no limit
public record UpstreamConfig(
        String name,
        boolean enabled,
        String note,
        List<Node> nodes,
        DiscoveryConfig discovery,
        NodeProtocol protocol,
        BalanceConfig balance,
        @Nullable CookieConfig sticky,
        QueueConfig queue,
        Duration slowStart,
        RetryConfig retry,
        OutlierConfig outlier,
        TlsConfig tls,
        ProxyProtocol proxyProtocol,
        @Nullable HealthCheckConfig healthCheck,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        Duration keepAlive,
        int maxIdleConnections,
        int maxRequestsPerConnection) {
    /// Copies the list.
    public UpstreamConfig {
        nodes = List.copyOf(nodes);
    }

    /// One address of a group, or one name by which nodes are found.
    ///
    /// @param host name or literal without brackets, or `unix:` and the path of a socket
    /// @param port 1 to 65535, 0 for a socket and when service records say it
    /// @param weight 1 or more
    /// @param backup used only when no other node can be
    /// @param state what the operator wants of it
    /// @param maxConnections 0 for no limit
    public record Node(
            String host, int port, int weight, boolean backup, State state, int maxConnections) {
        private static final String UNIX = "unix:";

        /// The path of its socket.
        ///
        /// @return null when it is behind TCP
        public @Nullable String unixPath() {
            return host.startsWith(UNIX) ? host.substring(UNIX.length()) : null;
        }

        /// What tells its address from others: case counts in paths only.
        ///
        /// @return the address
        public String identity() {
            return unixPath() != null ? host : address().toLowerCase(Locale.ROOT);
        }

        /// The address as written in configuration: `host:port`, IPv6 in brackets, the host alone
        /// when service records say the port, or `unix:/path`.
        ///
        /// @return the address
        public String address() {
            return port == 0 ? host : new HostPort(host, port).text();
        }
    }

    /// What the operator wants of a node.
    public enum State {
        /// Takes requests.
        ACTIVE,
        /// Finishes what it has, and keeps the clients that are bound to it.
        DRAIN,
        /// Not used.
        DOWN
    }
}
