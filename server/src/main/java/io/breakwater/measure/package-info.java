/// Counters that many threads add to at once and others read now and then. Knows nothing of HTTP;
/// any thread, no locks.
@NullMarked
package io.breakwater.measure;

import org.jspecify.annotations.NullMarked;
