/// Tests of what relays exchanges, apart from the wire.
@NullMarked
package io.breakwater.relay;

import org.jspecify.annotations.NullMarked;
