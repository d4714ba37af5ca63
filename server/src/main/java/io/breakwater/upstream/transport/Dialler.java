package io.breakwater.upstream.transport;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/// Who asked for a connection to a node. Told once: [#connected] or [#connectFailed].
interface Dialler {
    /// Whether the connection is still wanted. Any thread.
    boolean isWanted();

    /// There is a connection: makes what speaks on it, which is opened next. On a selector thread.
    ///
    /// @param endPoint of the connection, within TLS if there is any
    /// @param link how it came about
    /// @return the connection of the end point
    Connection connected(EndPoint endPoint, Link link);

    /// There is none. Any thread.
    ///
    /// @param why [NodeTlsException] when TLS is the reason
    void connectFailed(Throwable why);

    /// How a connection came about.
    ///
    /// @param connectNanos name look-up and connect
    /// @param tlsNanos handshake, -1 without TLS
    /// @param protocol chosen by ALPN, null when none was
    /// @param selector the number of the selector that serves it
    record Link(long connectNanos, long tlsNanos, @Nullable String protocol, int selector) {}
}
