package io.breakwater.exchange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What reports (access log, metrics) and error pages read of an exchange at its end. Times are
/// durations in nanoseconds; -1 means "did not happen".
public interface ExchangeView extends RequestHead {
    /// The protocol as access logs write it: `HTTP/1.1`, `HTTP/2.0`.
    ///
    /// @return the protocol
    String protocol();

    /// When the request was received.
    ///
    /// @return epoch milliseconds
    long startMillis();

    /// From the request's first byte to the last byte of the answer.
    ///
    /// @return nanoseconds
    long latencyNanos();

    /// The status sent, or 499 when the client left before one was.
    ///
    /// @return the status
    int status();

    /// Body bytes received.
    ///
    /// @return bytes
    long requestBodyBytes();

    /// Body bytes sent.
    ///
    /// @return bytes
    long responseBodyBytes();

    /// The first value of a response field as sent.
    ///
    /// @param name field name, any case
    /// @return the value, null when absent
    @Nullable String responseHeader(String name);

    /// The server's name.
    ///
    /// @return the name
    String serverName();

    /// The matched location's name.
    ///
    /// @return the name, null for none
    @Nullable String locationName();

    /// The upstream's name.
    ///
    /// @return the name, null for none
    @Nullable String upstreamName();

    /// The cache's decision such as `HIT`.
    ///
    /// @return the decision, null when no cache was asked
    @Nullable String cacheStatus();

    /// The reason code of a failure, such as `upstream-connect-refused`; of a tunnel that nobody
    /// broke, who closed it first.
    ///
    /// @return the code, null when there is nothing to say
    @Nullable String reason();

    /// Whether it failed.
    ///
    /// @return true when [#reason] is that of a failure
    default boolean isFailed() {
        return reason() != null;
    }

    /// Whether it became a tunnel, so that its time is that of a connection and not of an answer.
    ///
    /// @return true after a 101, or a 200 to an extended CONNECT
    default boolean isTunnel() {
        return false;
    }

    /// How long it waited for a node below its limit.
    ///
    /// @return nanoseconds, -1 when it did not wait
    default long queueNanos() {
        return -1;
    }

    /// How many times shorter the response body has become by being compressed here.
    ///
    /// @return bytes before by bytes after, -1 when it was not
    default double compressionRatio() {
        return -1;
    }

    /// The attempts made upstream, oldest first.
    ///
    /// @return possibly empty
    List<Attempt> attempts();

    /// The number of the client connection.
    ///
    /// @return 1 or more
    long connectionId();

    /// Whether the client connection has carried a request before.
    ///
    /// @return true when it was reused
    boolean connectionReused();

    /// The TLS cipher suite.
    ///
    /// @return its name, null on plain connections
    @Nullable String tlsCipher();

    /// One attempt at a node.
    ///
    /// @param address `host:port`
    /// @param status the node's status, 0 when no head came
    /// @param reused whether an idle connection was used
    /// @param connectNanos from the attempt's begin to the connection, -1 when reused or failed
    /// @param tlsNanos of the TLS handshake, -1 when reused, failed or without TLS
    /// @param headerNanos from the attempt's begin to the response head, -1 when none came
    /// @param responseNanos from the attempt's begin to the response's end, -1 when it did not end
    record Attempt(
            String address,
            int status,
            boolean reused,
            long connectNanos,
            long tlsNanos,
            long headerNanos,
            long responseNanos) {}
}
