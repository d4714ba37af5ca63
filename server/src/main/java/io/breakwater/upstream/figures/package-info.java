/// What is known of upstreams and their nodes from the traffic: counts, recent latencies, since
/// when they are as they are, and what happened last. In: what the relay and the checks tell of
/// each attempt; out: figures for the console. Any thread; counting takes no lock.
@NullMarked
package io.breakwater.upstream.figures;

import org.jspecify.annotations.NullMarked;
