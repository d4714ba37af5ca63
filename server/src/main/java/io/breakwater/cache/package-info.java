/// The cache phase: whether a request is answered from what is stored, from what is on its way, or
/// by its upstream. In: exchanges with a location; out: answers, or the next phase. Runs on I/O
/// threads, and on the store's disk threads where a head has to be read first; nothing waits.
@NullMarked
package io.breakwater.cache;

import org.jspecify.annotations.NullMarked;
