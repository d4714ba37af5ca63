/// Tables of the RFCs on caching, as tests. Names in comments are of cases of
/// http-tests/cache-tests.
@NullMarked
package io.breakwater.cache.policy;

import org.jspecify.annotations.NullMarked;
