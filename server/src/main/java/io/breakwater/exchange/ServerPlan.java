package io.breakwater.exchange;

import io.breakwater.config.ServerConfig;
import java.util.Map;

/// A server compiled for use: immutable, shared by all exchanges of a snapshot.
///
/// @param config as configured
/// @param router finds the location
/// @param errors makes error answers
/// @param log where finished exchanges are written
/// @param upstreams all upstreams of the snapshot, by name
public record ServerPlan(
        ServerConfig config,
        LocationPlan.Router router,
        ErrorRenderer errors,
        RequestLog log,
        Map<String, Upstream> upstreams) {
    /// Copies the map.
    public ServerPlan {
        upstreams = Map.copyOf(upstreams);
    }

    /// The same for exchanges that no client began.
    ServerPlan unlogged() {
        return new ServerPlan(config, router, errors, RequestLog.NONE, upstreams);
    }
}
