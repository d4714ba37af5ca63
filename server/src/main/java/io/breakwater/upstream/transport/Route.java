package io.breakwater.upstream.transport;

import java.util.List;

/// How to get to a node.
///
/// @param address where it is
/// @param settings timeout, TLS and PROXY header
/// @param protocols offered by ALPN, the preferred one first; empty to offer none
record Route(NodeAddress address, PoolSettings settings, List<String> protocols) {
    Route {
        protocols = List.copyOf(protocols);
    }
}
