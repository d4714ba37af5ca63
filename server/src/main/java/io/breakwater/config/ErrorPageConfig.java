package io.breakwater.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Templates for error answers. Placeholders: `{{status}} {{reason}} {{message}} {{request-id}}
/// {{host}} {{path}} {{time}} {{version}}`, all escaped for their target.
///
/// @param name the object's name
/// @param enabled whether it is used
/// @param note free text
/// @param html template for every status, null for the built-in one
/// @param json template for every status, null for the built-in one
/// @param byStatus templates by status (`404`) or class (`5xx`), which win over the general ones
public record ErrorPageConfig(
        String name,
        boolean enabled,
        String note,
        @Nullable String html,
        @Nullable String json,
        Map<String, Templates> byStatus) {
    /// Copies the map.
    public ErrorPageConfig {
        byStatus = Map.copyOf(byStatus);
    }

    /// Templates of one status or class.
    ///
    /// @param html null to fall back
    /// @param json null to fall back
    public record Templates(@Nullable String html, @Nullable String json) {}
}
