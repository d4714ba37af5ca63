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
/// @param ejectedUntilMillis when it may be tried again, milliseconds since 1970, 0 as above
/// @param sinceMillis when its state last changed, milliseconds since 1970
/// @param outMillis how long checks or failures have kept it out so far, all times together
/// @param mostInFlight the most requests there ever were on it at once
/// @param check its last check, null before the first and when it is not checked
/// @param traffic what was counted
/// @param from the configured name or file by which it was found, null when it is configured
/// @param leaving whether it is no longer one of the upstream's nodes and only finishes what it has
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
        @Nullable String why,
        long ejectedUntilMillis,
        long sinceMillis,
        long outMillis,
        int mostInFlight,
        @Nullable Check check,
        TrafficView traffic,
        @Nullable String from,
        boolean leaving) {
    /// A check.
    ///
    /// @param atMillis when it ended, milliseconds since 1970
    /// @param failure what it found, null when it was good
    /// @param micros how long it took, microseconds
    public record Check(long atMillis, @Nullable String failure, long micros) {}
}
