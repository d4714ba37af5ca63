package io.breakwater.admin.pages;

import io.breakwater.control.UpstreamEvent;
import org.jspecify.annotations.Nullable;

/// Something that happened to an upstream or a node, for people.
///
/// @param number its number since the start
/// @param time when, UTC
/// @param upstream the upstream
/// @param node the node's address, null for the upstream as a whole
/// @param words what happened
/// @param style the class name of that
/// @param why the reason, null for none
record EventRow(
        long number,
        String time,
        String upstream,
        @Nullable String node,
        String words,
        String style,
        @Nullable String why) {
    static EventRow of(UpstreamEvent event) {
        return new EventRow(
                event.number(),
                Wording.time(event.atMillis()),
                event.upstream(),
                event.node(),
                words(event.what()),
                style(event.what()),
                event.why());
    }

    private static String words(String what) {
        return switch (what) {
            case "up" -> "well";
            case "down" -> "unwell";
            case "ejected" -> "out";
            case "taken-down" -> "taken down";
            case "panicking" -> "all nodes are out and are used all the same";
            case "recovered" -> "has nodes again that are well";
            default -> what;
        };
    }

    private static String style(String what) {
        return switch (what) {
            case "up", "back", "recovered", "activated", "found" -> "good";
            case "down", "ejected", "panicking" -> "bad";
            case "drained", "left" -> "warn";
            default -> "idle";
        };
    }
}
