/// What is hot, ready for the wire: heads of stored responses, parsed and encoded once. Bodies need
/// no copy here: they are mapped. In: stored responses; out: prepared heads. Any thread, no I/O.
@NullMarked
package io.breakwater.cache.memory;

import org.jspecify.annotations.NullMarked;
