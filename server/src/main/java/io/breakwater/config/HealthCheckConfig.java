package io.breakwater.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How nodes are asked whether they are well.
///
/// @param protocol how
/// @param host the Host that is sent, empty for the node's address
/// @param target path and query that are asked for; of GRPC the service, empty for the whole server
/// @param interval between two checks
/// @param timeout of one check
/// @param healthy good checks in a row until a node is up
/// @param unhealthy bad checks in a row until a node is down
/// @param expect statuses that are good
/// @param match what the body has to contain, null for anything
public record HealthCheckConfig(
        Protocol protocol,
        String host,
        String target,
        Duration interval,
        Duration timeout,
        int healthy,
        int unhealthy,
        List<StatusRange> expect,
        @Nullable Expression match) {
    /// Copies the list.
    public HealthCheckConfig {
        expect = List.copyOf(expect);
    }

    /// Whether a status is good.
    ///
    /// @param status the status
    /// @return true when it is expected
    public boolean expects(int status) {
        for (StatusRange range : expect)
            if (status >= range.from() && status <= range.to()) return true;
        return false;
    }

    /// Whether it goes over TLS.
    ///
    /// @return true for `https://`
    public boolean isSecure() {
        return protocol == Protocol.HTTPS;
    }

    /// The protocols.
    public enum Protocol {
        /// A connection is enough.
        TCP,
        /// A request over HTTP/1.1.
        HTTP,
        /// A request over HTTP/1.1 within the upstream's TLS.
        HTTPS,
        /// A call of `grpc.health.v1.Health/Check`, within the upstream's TLS if there is any.
        GRPC
    }

    /// Statuses.
    ///
    /// @param from the first
    /// @param to the last
    public record StatusRange(int from, int to) {}

    /// A regular expression that is equal to one of the same text.
    ///
    /// @param text the text
    public record Expression(String text) {
        /// Compiles the text.
        ///
        /// @return the pattern
        public Pattern pattern() {
            return Pattern.compile(text);
        }
    }
}
