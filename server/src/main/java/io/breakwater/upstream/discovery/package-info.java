/// Finds the nodes of upstreams whose nodes come and go: asks DNS, watches files. In: names and
/// files; out: lists of [io.breakwater.upstream.discovery.Found]. All asking goes on on virtual
/// threads, again and again; who wants to know reads the last answer and never waits on an I/O
/// thread.
@NullMarked
package io.breakwater.upstream.discovery;

import org.jspecify.annotations.NullMarked;
