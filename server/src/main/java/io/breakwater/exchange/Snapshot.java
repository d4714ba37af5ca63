package io.breakwater.exchange;

import java.util.Map;

/// The configuration in force, compiled. One volatile reference to it is swapped by an apply; an
/// exchange reads it once.
///
/// @param servers enabled servers by name
public record Snapshot(Map<String, ServerPlan> servers) {
    /// Nothing configured.
    public static final Snapshot EMPTY = new Snapshot(Map.of());

    /// Copies the map.
    public Snapshot {
        servers = Map.copyOf(servers);
    }
}
