/// Tests of routing, with their samples.
@NullMarked
package io.breakwater.route;

import org.jspecify.annotations.NullMarked;
