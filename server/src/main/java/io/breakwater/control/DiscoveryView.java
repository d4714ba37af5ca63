package io.breakwater.control;

import org.jspecify.annotations.Nullable;

/// How finding nodes by one name, or in one file, goes.
///
/// @param from the name or the file
/// @param how `dns`, `srv` or `file`
/// @param nodes how many were found last
/// @param foundMillis when they were found, milliseconds since 1970, 0 for never
/// @param nextMillis when will be asked again, the same; 0 before the first answer
/// @param failure why the last question was not answered, so that what was found before counts;
///   null when it was
public record DiscoveryView(
        String from,
        String how,
        int nodes,
        long foundMillis,
        long nextMillis,
        @Nullable String failure) {}
