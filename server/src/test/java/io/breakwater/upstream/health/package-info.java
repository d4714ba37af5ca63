/// Tests of health checks without a network.
@NullMarked
package io.breakwater.upstream.health;

import org.jspecify.annotations.NullMarked;
