package io.breakwater.testing;

/// How a message or a connection ended.
public enum Ending {
    /// The message's own framing said that it is complete.
    COMPLETE,
    /// The peer closed the connection in an orderly way.
    CLOSED,
    /// The peer reset the connection.
    RESET
}
