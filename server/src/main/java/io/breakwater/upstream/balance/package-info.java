/// The choice among the nodes of an upstream. Pure: in goes what a node's load is and what the
/// exchange allows, out comes one of the nodes. Every pick is lock-free, runs on I/O threads and
/// costs the same for three nodes as for a thousand, unless nodes have to be passed over.
@NullMarked
package io.breakwater.upstream.balance;

import org.jspecify.annotations.NullMarked;
