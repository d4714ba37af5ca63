/// How a request gets to a node and its response back: connection pools, connections, HTTP/1.1 on
/// the wire. In: an [io.breakwater.upstream.transport.OutgoingRequest]; out: calls of an
/// [io.breakwater.upstream.transport.ExchangeListener]. It knows no exchange of a client, no node
/// picking and no retry. Runs on the shared selector threads; nothing here blocks but name
/// look-ups, which have threads of their own.
@NullMarked
package io.breakwater.upstream.transport;

import org.jspecify.annotations.NullMarked;
