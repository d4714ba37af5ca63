/// What stands between gRPC-Web and gRPC, below both body engines: bodies that stream by, decoded
/// on their way to the node, framed and encoded on their way back. In: a client's chunks, a node's
/// response; out: the same in the other's form. Runs on I/O threads, one body on one thread at a
/// time, and holds a few bytes.
@NullMarked
package io.breakwater.relay.web;

import org.jspecify.annotations.NullMarked;
