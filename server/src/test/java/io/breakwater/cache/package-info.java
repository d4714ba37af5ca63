/// Tests of the cache phase.
@NullMarked
package io.breakwater.cache;

import org.jspecify.annotations.NullMarked;
