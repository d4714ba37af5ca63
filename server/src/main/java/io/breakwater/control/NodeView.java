package io.breakwater.control;

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
public record NodeView(
        String address,
        int weight,
        String state,
        boolean backup,
        int inFlight,
        long requests,
        long failures,
        int connections,
        int idleConnections) {}
