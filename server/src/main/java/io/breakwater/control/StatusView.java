package io.breakwater.control;

import java.util.List;

/// The process's state.
///
/// @param version Breakwater's version
/// @param uptimeSeconds since the start
/// @param revision the revision in force
/// @param listeners what is listened on
/// @param inFlight exchanges in flight
/// @param connections open client connections
/// @param ready whether it takes traffic
/// @param draining whether it drains
/// @param logLinesDropped access-log lines lost to a full queue
public record StatusView(
        String version,
        long uptimeSeconds,
        long revision,
        List<Listener> listeners,
        int inFlight,
        int connections,
        boolean ready,
        boolean draining,
        long logLinesDropped) {
    /// One listening address.
    ///
    /// @param server the server's name
    /// @param address `host:port`, with the real port
    /// @param connections open connections
    /// @param state `listening` or `draining`
    /// @param http3 `off`, `on`, `draining`, or why HTTP/3 is not spoken although it should be
    public record Listener(
            String server, String address, int connections, String state, String http3) {}
}
