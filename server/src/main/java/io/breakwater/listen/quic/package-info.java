/// HTTP/3 of a listener: QUIC by Jetty's binding of quiche, on the UDP port of the same number. In:
/// datagrams; out: requests on threads of the I/O pool, each with a
/// [io.breakwater.exchange.ClientConnection]. Nothing of Jetty's QUIC and HTTP/3 is loaded before a
/// server speaks it, so no other package may touch those types.
@NullMarked
package io.breakwater.listen.quic;

import org.jspecify.annotations.NullMarked;
