package io.breakwater.upstream.transport;

/// One request to one node, from the side of who sends it.
public interface NodeExchange {
    /// Sends. Once. The listener may be called before this returns.
    void send();

    /// Lets the body of an expecting request flow. Any thread, any number of times.
    void proceed();

    /// Gives up: the connection is closed and the listener told, unless all is over already. Any
    /// thread.
    ///
    /// @param why what the listener is told
    void abort(Throwable why);

    /// Whether a kept connection is used.
    ///
    /// @return false before there is a connection
    boolean isReused();

    /// How long the connection took to open, without TLS.
    ///
    /// @return nanoseconds; -1 when it was a kept one, or there is none
    long connectNanos();

    /// How long the TLS handshake of the connection took.
    ///
    /// @return nanoseconds; -1 when it was a kept one, or there is none, or it is without TLS
    long tlsNanos();
}
