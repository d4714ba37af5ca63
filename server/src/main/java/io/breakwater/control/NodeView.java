package io.breakwater.control;

import org.jspecify.annotations.Nullable;

/// Live state of one node.
///
/// @param address `host:port`
/// @param weight configured weight
/// @param state `active`, `drain` or `down`
/// @param backup whether it is a backup
/// @param inFlight requests on it now
/// @param requests requests sent to it since the start
/// @param failures attempts that failed
/// @param connections open connections
/// @param idleConnections of those, idle ones
/// @param health `up`, `down` or `checking` by its checks, null when it is not checked
/// @param latencyMillis how long it takes to the response head, lately; 0 when not known
/// @param ejectedMillis how long it is out yet because of its failures, 0 when it is in or may be
///   tried again
/// @param why why it is out, null when it is in
public record NodeView(
        String address,
        int weight,
        String state,
        boolean backup,
        int inFlight,
        long requests,
        long failures,
        int connections,
        int idleConnections,
        @Nullable String health,
        double latencyMillis,
        long ejectedMillis,
        @Nullable String why) {}
