/// Responses on their way from upstreams, for everybody who asks for them meanwhile. In: what an
/// inner exchange takes from a node; out: bodies to read, and writings in the store. Runs on I/O
/// threads and, as a listener, on the store's disk threads; nothing waits.
@NullMarked
package io.breakwater.cache.fill;

import org.jspecify.annotations.NullMarked;
