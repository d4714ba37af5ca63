/// Asks nodes whether they are well, from time to time. In: a node's address and how to ask; out:
/// its [io.breakwater.upstream.health.Health]. Checks over HTTP run on the selector threads like
/// any request, others on virtual threads.
@NullMarked
package io.breakwater.upstream.health;

import org.jspecify.annotations.NullMarked;
