package io.breakwater.upstream.figures;

import io.breakwater.exchange.ErrorKind;

/// How a node failed an attempt, as far as people who look after it care.
public enum NodeFailure {
    /// No connection came about, or none that is safe.
    CONNECT,
    /// It closed or reset the connection before the response was complete.
    RESET,
    /// It did not answer, or fell silent, for too long.
    TIMEOUT,
    /// It answered 502, 503 or 504.
    STATUS,
    /// It answered what is not HTTP, or anything else.
    OTHER;

    /// The failure that an error is.
    ///
    /// @param kind why an attempt ended without a whole response
    /// @return the failure
    public static NodeFailure of(ErrorKind kind) {
        return switch (kind) {
            case CONNECT_REFUSED, CONNECT_TIMEOUT, UNRESOLVED, UPSTREAM_TLS -> CONNECT;
            case UPSTREAM_RESET -> RESET;
            case RESPONSE_TIMEOUT, UPSTREAM_IDLE_TIMEOUT -> TIMEOUT;
            default -> OTHER;
        };
    }
}
