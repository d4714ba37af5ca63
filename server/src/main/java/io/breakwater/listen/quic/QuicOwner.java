package io.breakwater.listen.quic;

import io.breakwater.config.ServerConfig;
import io.breakwater.exchange.Handshake;
import org.eclipse.jetty.server.HttpConfiguration;

/// The listener that a port of QUIC belongs to. Any thread; nothing blocks.
public interface QuicOwner {
    /// The server in force.
    ///
    /// @return its configuration
    ServerConfig config();

    /// What [io.breakwater.exchange.ClientConnection#listener] is.
    ///
    /// @return the listener
    Object listener();

    /// What requests are parsed by.
    ///
    /// @return the same for all protocols of the listener
    HttpConfiguration httpConfiguration();

    /// The number of the next connection.
    ///
    /// @return unique in the process
    long nextConnectionNumber();

    /// A connection began.
    ///
    /// @param handshake how
    void handshake(Handshake handshake);

    /// A connection is over.
    ///
    /// @param connection what [QuicPort#connectionOf] gave
    void ended(Object connection);
}
