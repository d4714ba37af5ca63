/// The tunnel phase: finds out whether a client asks to change to another protocol and may, and
/// moves the bytes once its node has agreed. In: routed exchanges; out: the same, with an
/// [io.breakwater.exchange.Upgrade]. Between that and a [io.breakwater.tunnel.Tunnel] is the relay.
/// Runs on the shared selector threads; nothing here blocks.
@NullMarked
package io.breakwater.tunnel;

import org.jspecify.annotations.NullMarked;
