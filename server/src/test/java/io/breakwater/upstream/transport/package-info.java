/// Tests of the pure parts of the transport; what is on the wire is tested in [io.breakwater.wire].
@NullMarked
package io.breakwater.upstream.transport;

import org.jspecify.annotations.NullMarked;
