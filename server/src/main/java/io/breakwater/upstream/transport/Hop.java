package io.breakwater.upstream.transport;

import java.net.InetSocketAddress;

/// Whom a connection to a node is for, as its PROXY header tells.
///
/// @param client the client's address, resolved; port 0 when it is not known
/// @param server the address that the client came to, resolved
public record Hop(InetSocketAddress client, InetSocketAddress server) {}
