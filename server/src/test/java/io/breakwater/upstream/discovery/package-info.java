/// Tests of discovery without a network.
@NullMarked
package io.breakwater.upstream.discovery;

import org.jspecify.annotations.NullMarked;
