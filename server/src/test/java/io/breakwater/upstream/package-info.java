/// Tests of what upstreams know of their nodes, without any network.
@NullMarked
package io.breakwater.upstream;

import org.jspecify.annotations.NullMarked;
