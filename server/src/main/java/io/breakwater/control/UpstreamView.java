package io.breakwater.control;

import java.util.List;

/// Live state of an upstream.
///
/// @param name its name
/// @param panicking whether all nodes were out lately, so that those were used
/// @param usable nodes that get requests
/// @param inFlight requests on its nodes now
/// @param waiting requests that wait for a node below its limit
/// @param requests requests sent to them
/// @param failures attempts that failed
/// @param connections open connections
/// @param idleConnections of those, idle ones
/// @param hedgeAfterMicros after how long a request is sent to a second node, microseconds; 0 when
///   not known yet, or never
/// @param traffic all nodes together
/// @param nodes each node, at the end those that are leaving and still have requests
public record UpstreamView(
        String name,
        boolean panicking,
        int usable,
        int inFlight,
        int waiting,
        long requests,
        long failures,
        int connections,
        int idleConnections,
        long hedgeAfterMicros,
        TrafficView traffic,
        List<NodeView> nodes) {}
