package io.breakwater.upstream.health;

import io.breakwater.upstream.transport.Connector;
import io.breakwater.upstream.transport.NodePool;

/// Well is who accepts a connection.
///
/// @param connector opens it
/// @param pool says where and how
record TcpCheck(Connector connector, NodePool pool) implements Check {
    @Override
    public void run(Result result) {
        connector.probe(
                pool.address(),
                pool.settings(),
                failure ->
                        result.found(
                                failure == null ? null : "no connection: " + failure.getMessage()));
    }
}
