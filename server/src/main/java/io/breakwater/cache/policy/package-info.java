/// Decides what is stored, for how long, and when a stored response may answer a request: RFC 9111
/// and its neighbours (RFC 5861, 9110 §13 and §14, 9211, 9213) as pure code. In come header fields,
/// times in milliseconds and the rules of a cache policy; out come decisions. Nothing here reads a
/// clock, does I/O or knows Jetty; any thread.
@NullMarked
package io.breakwater.cache.policy;

import org.jspecify.annotations.NullMarked;
