/// The upstream phase: which node gets an attempt, and the pools of connections to nodes. In: an
/// upstream's name; out: a node and its destination. Picking is lock-free and runs on I/O threads.
@NullMarked
package io.breakwater.upstream;

import org.jspecify.annotations.NullMarked;
