/// Turns a valid configuration into the running one: compiles a snapshot, reconciles what has a
/// life of its own (listeners, pools, log files), swaps, or rolls back. In:
/// [io.breakwater.config.Configuration]; out: a running snapshot. Runs on the one thread that
/// applies.
@NullMarked
package io.breakwater.config.reload;

import org.jspecify.annotations.NullMarked;
