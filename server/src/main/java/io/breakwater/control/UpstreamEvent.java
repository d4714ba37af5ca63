package io.breakwater.control;

import org.jspecify.annotations.Nullable;

/// Something that happened to an upstream or one of its nodes.
///
/// @param number 1 for the first since the start, rising
/// @param atMillis when, milliseconds since 1970
/// @param upstream the upstream's name
/// @param node the node's address, null for the upstream as a whole
/// @param what `up` or `down` by checks; `ejected` or `back` by what became of requests;
///   `activated`, `drained` or `taken-down` by the operator; `found` or `left` by discovery;
///   `panicking` or `recovered` for the upstream as a whole
/// @param why the reason in words, null for none
public record UpstreamEvent(
        long number,
        long atMillis,
        String upstream,
        @Nullable String node,
        String what,
        @Nullable String why) {}
