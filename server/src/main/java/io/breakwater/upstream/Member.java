package io.breakwater.upstream;

import io.breakwater.config.UpstreamConfig;
import io.breakwater.upstream.balance.Target;

/// A node as one configuration of its upstream has it.
///
/// @param node the node, which outlives the configuration
/// @param config its weight, limit and state
record Member(Node node, UpstreamConfig.Node config) implements Target {
    @Override
    public int weight() {
        return config.weight();
    }

    @Override
    public int inFlight() {
        return node.inFlight();
    }

    @Override
    public double latencyNanos() {
        return node.latencyNanos();
    }

    @Override
    public String key() {
        return node.address();
    }

    /// Counts an attempt.
    ///
    /// @return false when the node is at its limit
    boolean begin() {
        return node.begin(config.maxConnections());
    }

    Picked picked(boolean tries) {
        return new Picked(node, config.maxConnections(), tries, false);
    }

    boolean isBelowLimit() {
        return config.maxConnections() == 0 || node.inFlight() < config.maxConnections();
    }
}
