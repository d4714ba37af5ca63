package io.breakwater.exchange;

/// Every way in which an exchange can fail, with its stable reason code and the status the client
/// gets. The code stands in the access log as `{reason}`.
public enum ErrorKind {
    /// The message is not HTTP, or its framing is ambiguous (RFC 9112 §6.3).
    BAD_REQUEST("bad-request", 400, Side.CLIENT),
    /// The Host field is missing, doubled or not a host (RFC 9112 §3.2).
    BAD_HOST("bad-host", 400, Side.CLIENT),
    /// The request to change to WebSocket is not as RFC 6455 §4.2.1 wants it.
    BAD_HANDSHAKE("bad-handshake", 400, Side.CLIENT),
    /// The client speaks another version of WebSocket than 13 (RFC 6455 §4.4).
    WEBSOCKET_VERSION("websocket-version", 426, Side.CLIENT),
    /// The path cannot be normalised without changing its meaning.
    BAD_PATH("bad-path", 400, Side.CLIENT),
    /// No location matches.
    NO_LOCATION("no-location", 404, Side.CLIENT),
    /// TRACE and CONNECT are not relayed.
    METHOD_REFUSED("method-refused", 405, Side.CLIENT),
    /// The request head took longer than `header-timeout`.
    HEADER_TIMEOUT("header-timeout", 408, Side.CLIENT),
    /// The wait between two reads of the body took longer than `body-timeout`.
    BODY_TIMEOUT("body-timeout", 408, Side.CLIENT),
    /// The body is larger than `max-body-size`.
    BODY_TOO_LARGE("body-too-large", 413, Side.CLIENT),
    /// The request target is larger than `max-header-size`.
    URI_TOO_LONG("uri-too-long", 414, Side.CLIENT),
    /// The fields are larger than `max-header-size`.
    HEADERS_TOO_LARGE("headers-too-large", 431, Side.CLIENT),
    /// PURGE from an address that may not.
    PURGE_REFUSED("purge-refused", 403, Side.CLIENT),
    /// Nothing is stored, and the client wants nothing else (RFC 9111 §5.2.1.7).
    NOT_STORED("not-stored", 504, Side.CLIENT),
    /// An expectation other than 100-continue (RFC 9110 §10.1.1).
    EXPECTATION_FAILED("expectation-failed", 417, Side.CLIENT),
    /// The client left before the answer was complete.
    CLIENT_LEFT("client-left", 499, Side.CLIENT),
    /// The client did not read for `idle-timeout`.
    CLIENT_TOO_SLOW("client-too-slow", 499, Side.CLIENT),
    /// No byte passed a tunnel for `tunnel-idle-timeout`.
    TUNNEL_IDLE_TIMEOUT("tunnel-idle-timeout", 408, Side.CLIENT),
    /// Something in Breakwater went wrong.
    INTERNAL("internal", 500, Side.INTERNAL),
    /// A transfer coding or protocol version that is not implemented.
    NOT_IMPLEMENTED("not-implemented", 501, Side.CLIENT),
    /// No node accepted a connection.
    CONNECT_REFUSED("upstream-connect-refused", 502, Side.UPSTREAM),
    /// The node's name does not resolve.
    UNRESOLVED("upstream-unresolved", 502, Side.UPSTREAM),
    /// TLS with the node does not work out, for example because its certificate is not valid.
    UPSTREAM_TLS("upstream-tls", 502, Side.UPSTREAM),
    /// The node closed or reset the connection before the response was complete.
    UPSTREAM_RESET("upstream-reset", 502, Side.UPSTREAM),
    /// The node's answer is not HTTP or its framing is ambiguous.
    UPSTREAM_INVALID("upstream-invalid", 502, Side.UPSTREAM),
    /// The node's response head is too large.
    UPSTREAM_HEADERS_TOO_LARGE("upstream-headers-too-large", 502, Side.UPSTREAM),
    /// The upstream has no node that may be used.
    NO_NODE("no-node", 503, Side.UPSTREAM),
    /// All nodes of the upstream are at their limit, and so is the queue.
    UPSTREAM_FULL("upstream-full", 503, Side.UPSTREAM),
    /// No node fell below its limit within the queue's timeout.
    QUEUE_TIMEOUT("queue-timeout", 503, Side.UPSTREAM),
    /// The location's `max-concurrent` is reached.
    TOO_MANY_REQUESTS("max-concurrent", 503, Side.INTERNAL),
    /// The limit that the location's `adaptive-concurrency` has found is reached.
    OVERLOADED("adaptive-concurrency", 503, Side.INTERNAL),
    /// The server's `max-connections` is reached.
    TOO_MANY_CONNECTIONS("max-connections", 503, Side.INTERNAL),
    /// Breakwater is shutting down.
    SHUTTING_DOWN("shutting-down", 503, Side.INTERNAL),
    /// No connection within `connect-timeout`.
    CONNECT_TIMEOUT("upstream-connect-timeout", 504, Side.UPSTREAM),
    /// No response head within `response-timeout`.
    RESPONSE_TIMEOUT("upstream-response-timeout", 504, Side.UPSTREAM),
    /// No byte from or to the node within `idle-timeout`.
    UPSTREAM_IDLE_TIMEOUT("upstream-idle-timeout", 504, Side.UPSTREAM),
    /// What is stored may not answer without its node, which cannot be reached (RFC 9111 §5.2.2.2).
    NOT_VALIDATED("not-validated", 504, Side.UPSTREAM),
    /// The whole exchange took longer than the location's `timeout`.
    EXCHANGE_TIMEOUT("exchange-timeout", 504, Side.UPSTREAM);

    private final String code;
    private final int status;
    private final Side side;

    ErrorKind(String code, int status, Side side) {
        this.code = code;
        this.status = status;
        this.side = side;
    }

    /// The stable reason code.
    ///
    /// @return dashed, lower case
    public String code() {
        return code;
    }

    /// The status for the client (499 is only logged).
    ///
    /// @return 400 to 599
    public int status() {
        return status;
    }

    /// Whose fault it is.
    ///
    /// @return the side
    public Side side() {
        return side;
    }

    /// Whose fault a failure is.
    public enum Side {
        /// The client's.
        CLIENT,
        /// The upstream's.
        UPSTREAM,
        /// Ours.
        INTERNAL
    }
}
