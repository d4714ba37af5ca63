package io.breakwater.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where clients connect. Keys and defaults: the setting table (`Settings`).
///
/// @param name the object's name
/// @param enabled whether it listens at all
/// @param note free text
/// @param listen addresses, at least one; port 0 picks a free port
/// @param protocols spoken protocols
/// @param tls how TLS with clients is spoken
/// @param httpsRedirect the status that requests without TLS are sent to HTTPS with, 0: they are
///   answered as they are
/// @param httpsPort where they are sent to
/// @param hsts the value of Strict-Transport-Security on answers over TLS, null for none
/// @param locations location names in no particular order
/// @param accessLog where requests are logged, null for off
/// @param errorPage error page name, null for the built-in one
/// @param trustedProxies peers whose forwarding fields are believed
/// @param proxyProtocol whether those peers' connections begin with a PROXY header
/// @param maxConnections open connections per listener, 0 for no limit
/// @param idleTimeout how long a kept-alive connection may be silent
/// @param headerTimeout how long a request head may take
/// @param bodyTimeout how long the wait between two reads of a body may take
/// @param maxHeaderSize bytes of request line and fields
/// @param maxBodySize bytes of a request body, -1 for no limit
/// @param keepAliveRequests requests per connection, 0 for no limit
/// @param http2 how HTTP/2 is spoken
/// @param altSvcPort where clients are told that HTTP/3 is, 0 for the port that is listened on
/// @param serverHeader whether answers carry a Server field of ours
public record ServerConfig(
        String name,
        boolean enabled,
        String note,
        List<InetSocketAddress> listen,
        Set<Protocol> protocols,
        ServerTlsConfig tls,
        int httpsRedirect,
        int httpsPort,
        @Nullable String hsts,
        List<String> locations,
        @Nullable AccessLog accessLog,
        @Nullable String errorPage,
        List<Cidr> trustedProxies,
        Announcing proxyProtocol,
        int maxConnections,
        Duration idleTimeout,
        Duration headerTimeout,
        Duration bodyTimeout,
        int maxHeaderSize,
        long maxBodySize,
        int keepAliveRequests,
        Http2 http2,
        int altSvcPort,
        boolean serverHeader) {
    /// Copies the collections.
    public ServerConfig {
        listen = List.copyOf(listen);
        protocols = Set.copyOf(protocols);
        locations = List.copyOf(locations);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// A protocol that a listener speaks.
    public enum Protocol {
        /// HTTP/1.0 and HTTP/1.1.
        HTTP1,
        /// HTTP/2: by ALPN over TLS, by prior knowledge on a plain listener.
        H2,
        /// HTTP/3, on the UDP port of the same number.
        H3
    }

    /// Whether connections begin with a PROXY header, version 1 or 2.
    public enum Announcing {
        /// They do not.
        OFF,
        /// Those of trusted proxies may.
        ACCEPT,
        /// They do, and come from trusted proxies; others are closed.
        REQUIRE
    }

    /// How HTTP/2 is spoken; in force for connections that begin.
    ///
    /// @param maxConcurrentStreams requests at once on one connection, at least 1; of HTTP/3, too
    /// @param maxControlFrames frames a second that carry nothing, on one connection, at least 1
    /// @param maxResets resets a second beyond which they may be half of the requests at most, on
    ///   one connection, at least 1
    /// @param upgrade whether a plain HTTP/1.1 connection may become one of HTTP/2
    public record Http2(
            int maxConcurrentStreams, int maxControlFrames, int maxResets, boolean upgrade) {}

    /// Where a server's requests are logged.
    ///
    /// @param format a predefined name (`combined`, ...) or a log format object's name
    /// @param file file name, relative to the log folder
    public record AccessLog(String format, String file) {}
}
