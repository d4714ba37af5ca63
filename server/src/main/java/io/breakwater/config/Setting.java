package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One key of one kind of object, declared once: reading, validation, forms, exported defaults and
/// docs/CONFIG.md all come from it.
///
/// @param kind whose key it is
/// @param key the dotted key, such as `request-headers` or `forwarded`
/// @param section heading under which forms show it
/// @param type how its value is written
/// @param required whether it must be present
/// @param defaultValue the value when absent, null for none
/// @param min smallest value as text with unit, null for none
/// @param max largest value as text with unit, null for none
/// @param choices accepted words, empty for any
/// @param reference the kind that the value names, null for none
/// @param description one or two sentences for people
/// @param example a value as it would be written in TOML
public record Setting(
        Kind kind,
        String key,
        String section,
        Type type,
        boolean required,
        @Nullable JsonNode defaultValue,
        @Nullable String min,
        @Nullable String max,
        List<String> choices,
        @Nullable Kind reference,
        String description,
        String example) {
    /// Copies the list.
    public Setting {
        choices = List.copyOf(choices);
    }

    /// How a value is written.
    public enum Type {
        /// One line of text.
        TEXT,
        /// Text of several lines.
        LONG_TEXT,
        /// Text of several lines that is not shown once it is stored, unless it is the path of a
        /// file: [Secrets].
        SECRET,
        /// true or false.
        FLAG,
        /// A whole number.
        INTEGER,
        /// A number with a fraction.
        DECIMAL,
        /// `500ms`, `10s`, `5m`, `1h`.
        DURATION,
        /// `4kb`, `10mb`, `1gb`.
        SIZE,
        /// One of the choices.
        CHOICE,
        /// A list of texts.
        TEXT_LIST,
        /// A list of choices.
        CHOICE_LIST,
        /// A list of entries such as nodes, each a table or a text that stands for its first part.
        NODE_LIST,
        /// A table with keys of its own; forms show its parts or its JSON text.
        TABLE
    }
}
