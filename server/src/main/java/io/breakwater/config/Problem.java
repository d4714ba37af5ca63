package io.breakwater.config;

import org.jspecify.annotations.Nullable;

/// One fault in a configuration: what, where, and what was expected.
///
/// @param object the object, `<kind key>/<name>` such as `locations/app`, or empty for the document
///   itself
/// @param key the dotted key inside the object, such as `request-headers.set`, or empty for the
///   object itself
/// @param value the offending value as text, null when it is missing
/// @param expected what would have been right, in words
public record Problem(String object, String key, @Nullable String value, String expected) {
    /// The problem in one line, such as `locations/app max-body-size: -1 (expected: >= 0 bytes)`.
    @Override
    public String toString() {
        String where = (object + " " + key).strip();
        if (where.isEmpty()) where = "document";
        return where + ": " + (value == null ? "missing" : value) + " (expected: " + expected + ")";
    }
}
