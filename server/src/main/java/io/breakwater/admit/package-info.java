/// The admit phase: makes an [io.breakwater.exchange.Exchange] of each request with the snapshot of
/// that moment, refuses what is not to be handled, and finds out who the client is. In: Jetty
/// requests on selector threads; out: admitted exchanges.
@NullMarked
package io.breakwater.admit;

import org.jspecify.annotations.NullMarked;
