/// Clients that stay where they were sent first: signed cookies that name a node of an upstream or
/// an upstream of a split, without giving its name away. Pure but for the clock; any thread.
@NullMarked
package io.breakwater.upstream.sticky;

import org.jspecify.annotations.NullMarked;
