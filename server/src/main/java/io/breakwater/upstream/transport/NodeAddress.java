package io.breakwater.upstream.transport;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Where a node is.
public sealed interface NodeAddress {
    /// The name or literal by which TLS knows it.
    ///
    /// @return without brackets, empty when it has none
    String host();

    /// A node behind TCP.
    ///
    /// @param host name or literal without brackets
    /// @param port 1 to 65535
    record Tcp(String host, int port) implements NodeAddress {
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
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /// A node behind a socket of the same machine.
    ///
    /// @param path absolute, at most 107 bytes
    record Unix(String path) implements NodeAddress {
        @Override
        public String host() {
            return "";
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
