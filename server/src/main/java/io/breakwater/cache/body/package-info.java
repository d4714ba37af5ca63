/// What a response's body is read from, whether it lies in the store, in memory, or is still on its
/// way. Read on I/O threads, which never wait here.
@NullMarked
package io.breakwater.cache.body;

import org.jspecify.annotations.NullMarked;
