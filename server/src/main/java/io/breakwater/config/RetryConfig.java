package io.breakwater.config;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// When a failed attempt is followed by another one.
///
/// @param attempts how many more attempts an exchange may make after one that reached a node; those
///   that reached none are not counted
/// @param on what is worth another attempt
/// @param budgetPercent further attempts of an upstream, in percent of its requests
/// @param timeout for the response head of one attempt, null for the upstream's response-timeout
/// @param hedgePercent the percentile of the response times after which a second node is asked
///   beside the first, 1 to 99; 0 for never
public record RetryConfig(
        int attempts,
        Set<Cause> on,
        int budgetPercent,
        @Nullable Duration timeout,
        int hedgePercent) {
    /// Copies the set.
    public RetryConfig {
        on = Set.copyOf(on);
    }

    /// Reasons for another attempt.
    public enum Cause {
        /// No connection came about.
        CONNECT_ERROR("connect-error"),
        /// The node closed the connection before the response head.
        RESET("reset"),
        /// No response head came in time.
        TIMEOUT("timeout"),
        /// 502 Bad Gateway.
        BAD_GATEWAY("502"),
        /// 503 Service Unavailable.
        UNAVAILABLE("503"),
        /// 504 Gateway Timeout.
        GATEWAY_TIMEOUT("504");

        private final String word;

        Cause(String word) {
            this.word = word;
        }

        /// As configuration writes it.
        ///
        /// @return the word
        public String word() {
            return word;
        }

        /// The cause that a status is.
        ///
        /// @param status the status
        /// @return null for none
        public static @Nullable Cause ofStatus(int status) {
            return switch (status) {
                case 502 -> BAD_GATEWAY;
                case 503 -> UNAVAILABLE;
                case 504 -> GATEWAY_TIMEOUT;
                default -> null;
            };
        }
    }
}
