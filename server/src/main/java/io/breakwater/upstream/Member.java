package io.breakwater.upstream;

import io.breakwater.config.UpstreamConfig;
import io.breakwater.upstream.balance.Target;
import io.breakwater.upstream.discovery.Found;

/// A node as one configuration of its upstream has it, or as it was found last.
///
/// @param node the node, which outlives the configuration
/// @param found its weight, limit and state, and where it comes from
public record Member(Node node, Found found) implements Target {
    /// Its weight, limit and state.
    ///
    /// @return as configured or found, in the state that the operator wants
    public UpstreamConfig.Node config() {
        return found.config();
    }

    /// Whether the operator wants it to get requests.
    boolean isActive() {
        return config().state() == UpstreamConfig.State.ACTIVE;
    }

    @Override
    public int weight() {
        return config().weight();
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
        return node.begin(config().maxConnections());
    }

    Picked picked(boolean tries) {
        return new Picked(node, config().maxConnections(), tries, false);
    }

    boolean isBelowLimit() {
        int most = config().maxConnections();
        return most == 0 || node.inFlight() < most;
    }
}
