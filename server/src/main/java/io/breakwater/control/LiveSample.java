package io.breakwater.control;

/// Traffic of one second.
///
/// @param epochSecond which second
/// @param requests finished in it
/// @param status1xx2xx3xx4xx5xx counts by class, five numbers
/// @param p50Micros latency percentile, microseconds, 0 without requests
/// @param p95Micros the same
/// @param p99Micros the same
/// @param bytesIn request body bytes
/// @param bytesOut response body bytes
/// @param inFlight exchanges in flight at its end
/// @param connections open client connections at its end
/// @param cacheAsked requests of locations that cache, without those that bypass
/// @param cacheAnswered those of them that took no body of their own from an upstream
public record LiveSample(
        long epochSecond,
        long requests,
        long[] status1xx2xx3xx4xx5xx,
        long p50Micros,
        long p95Micros,
        long p99Micros,
        long bytesIn,
        long bytesOut,
        int inFlight,
        int connections,
        long cacheAsked,
        long cacheAnswered) {}
