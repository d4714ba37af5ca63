package io.breakwater.upstream.transport;

/// The connections to one node, whatever is spoken on them. Any thread may call.
public interface NodePool {
    /// Prepares an exchange.
    ///
    /// @param request what to send
    /// @param listener is told how it goes
    /// @return to be sent
    NodeExchange exchange(OutgoingRequest request, ExchangeListener listener);

    /// Open connections.
    ///
    /// @return 0 or more
    int connections();

    /// Open connections without a request.
    ///
    /// @return 0 or more
    int idleConnections();

    /// Where the node is.
    ///
    /// @return the address
    NodeAddress address();

    /// What it goes by.
    ///
    /// @return the settings
    PoolSettings settings();

    /// Closes idle connections that are too old or too many. From time to time, off the I/O
    /// threads.
    void sweep();

    /// Takes the pool into use again.
    void reopen();

    /// Closes all idle connections; the others follow when their exchange is over.
    void close();
}
