/// Phase `deliver`: answers that Breakwater makes itself. In comes a request head and a status, out
/// goes a body; runs on I/O threads and never blocks.
@NullMarked
package io.breakwater.deliver;

import org.jspecify.annotations.NullMarked;
