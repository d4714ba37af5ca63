/// The listen phase: accepts connections and speaks HTTP/1.1 and HTTP/2 to clients. In: sockets;
/// out: requests on the selectors' threads, each with a [io.breakwater.exchange.ClientConnection].
/// Connection deadlines (idle, header) are enforced by the watchdog's thread.
@NullMarked
package io.breakwater.listen;

import org.jspecify.annotations.NullMarked;
