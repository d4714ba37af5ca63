/// The testing kit: plain sockets that send and read exact bytes, a scripted origin, and a running
/// Breakwater. Nothing here uses an HTTP library, so nothing is corrected or hidden on the way.
@NullMarked
package io.breakwater.testing;

import org.jspecify.annotations.NullMarked;
