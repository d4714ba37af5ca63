package io.breakwater.upstream.transport;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Where a node is.
public sealed interface NodeAddress {
    /// The name or literal by which TLS knows it.
    ///
    /// @return without brackets, empty when it has none
    String name();

    /// What its name is in a Host field (RFC 9110 §7.2).
    ///
    /// @return `host:port`; `localhost` for a socket
    String authority();

    /// A node behind TCP.
    ///
    /// @param host name or literal without brackets
    /// @param port 1 to 65535
    /// @param authority by which name it is asked: `host:port`, also where the host is an address
    ///   that was found by a name
    record Tcp(String host, int port, String authority) implements NodeAddress {
        /// The address, if it is known without asking anybody.
        ///
        /// @return null for a name
        @Nullable InetAddress literal() {
            try {
                return InetAddress.ofLiteral(host);
            } catch (IllegalArgumentException e) {
                return null; // a name
            }
        }

        @Override
        public String name() {
            String name = authority.substring(0, authority.lastIndexOf(':'));
            return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        }

        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /// A node behind a socket of the same machine.
    ///
    /// @param path absolute, at most 107 bytes
    record Unix(String path) implements NodeAddress {
        @Override
        public String name() {
            return "";
        }

        @Override
        public String authority() {
            return "localhost";
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
