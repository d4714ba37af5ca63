package io.breakwater.upstream.transport;

import io.breakwater.config.NodeProtocol;
import io.breakwater.config.ProxyProtocol;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a pool of connections goes by.
///
/// @param connectTimeout for one connection, its TLS handshake included
/// @param keepAlive how long an idle connection is kept
/// @param maxIdle idle connections kept; more are closed within a second or two
/// @param maxUsage requests per connection, 0 for no limit
/// @param protocol what is spoken
/// @param tls what TLS goes by, null for plain connections
/// @param proxyProtocol how connections begin
public record PoolSettings(
        Duration connectTimeout,
        Duration keepAlive,
        int maxIdle,
        int maxUsage,
        NodeProtocol protocol,
        @Nullable NodeTls tls,
        ProxyProtocol proxyProtocol) {}
