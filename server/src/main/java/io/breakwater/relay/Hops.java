package io.breakwater.relay;

import io.breakwater.exchange.Exchange;
import io.breakwater.upstream.Node;
import io.breakwater.upstream.transport.Hop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Says for whom a connection to a node is.
final class Hops {
    private Hops() {}

    /// Who the client is and where it came to. Its port is known only if its address is the peer's.
    ///
    /// @return null for a node that does not ask
    static @Nullable Hop of(Exchange exchange, Node node) {
        if (!node.tellsOfClient()) return null;
        String client = exchange.clientIp();
        int port = client.equals(exchange.remoteAddr()) ? exchange.remotePort() : 0;
        return new Hop(
                new InetSocketAddress(InetAddress.ofLiteral(client), port),
                new InetSocketAddress(
                        InetAddress.ofLiteral(exchange.serverAddr()), exchange.serverPort()));
    }
}
