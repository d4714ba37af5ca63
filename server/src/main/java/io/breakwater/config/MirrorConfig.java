package io.breakwater.config;

/// Copies of requests to another upstream.
///
/// @param upstream its name
/// @param percent the share of requests that are copied, 0 to 100
/// @param maxBodySize bytes of the longest request body that is copied
/// @param maxConcurrent copies on their way at once, 1 or more
public record MirrorConfig(String upstream, double percent, long maxBodySize, int maxConcurrent) {}
