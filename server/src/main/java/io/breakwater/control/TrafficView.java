package io.breakwater.control;

/// Traffic of a node, or of an upstream's nodes together. Counts are since the start, or since the
/// node was first named; bytes are those of bodies.
///
/// @param rate attempts a second, in the last ten
/// @param status1xx2xx3xx4xx5xx responses by class, five numbers
/// @param connectErrors attempts for which no connection came about
/// @param resets attempts whose connection the node closed or reset
/// @param timeouts attempts that took too long
/// @param statusErrors attempts that were answered 502, 503 or 504
/// @param otherErrors attempts that failed otherwise
/// @param retries requests that failed and were sent again
/// @param hedges requests that were slow at another node and sent here, too
/// @param p50Micros latency to the response head in the last minute, microseconds, 0 without
///   responses
/// @param p95Micros the same
/// @param p99Micros the same
/// @param bytesIn request body bytes sent to nodes
/// @param bytesOut response body bytes received from nodes
public record TrafficView(
        double rate,
        long[] status1xx2xx3xx4xx5xx,
        long connectErrors,
        long resets,
        long timeouts,
        long statusErrors,
        long otherErrors,
        long retries,
        long hedges,
        long p50Micros,
        long p95Micros,
        long p99Micros,
        long bytesIn,
        long bytesOut) {}
