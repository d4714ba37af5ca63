package io.breakwater.upstream.transport;

import java.time.Duration;

/// What a pool of connections goes by.
///
/// @param connectTimeout for one connection
/// @param keepAlive how long an idle connection is kept
/// @param maxIdle idle connections kept; more are closed within a second or two
/// @param maxUsage requests per connection, 0 for no limit
public record PoolSettings(
        Duration connectTimeout, Duration keepAlive, int maxIdle, int maxUsage) {}
