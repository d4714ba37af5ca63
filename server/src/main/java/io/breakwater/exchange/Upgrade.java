package io.breakwater.exchange;

import org.jspecify.annotations.Nullable;

/// What a client wants to change its connection or stream to (RFC 9110 §7.8, RFC 8441). Checked
/// already.
///
/// @param protocols the value for the Upgrade field: one protocol or more, `h2c` and its like not
///   among them
/// @param key the Sec-WebSocket-Key that the node gets, null when none of the protocols is
///   `websocket`
/// @param extended whether it was asked for by an extended CONNECT, which is answered with 200
public record Upgrade(String protocols, @Nullable String key, boolean extended) {}
