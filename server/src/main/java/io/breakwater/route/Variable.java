package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// One variable of a text.
///
/// @param form how its value is written
/// @param source reads it
record Variable(Form form, Source source) {
    /// How a value is written, which decides how it goes into a path, a query or a field.
    enum Form {
        /// Characters, as in a decoded query parameter or a cookie.
        TEXT,
        /// A decoded path or a part of one, as `PathNormaliser` makes it.
        PATH,
        /// Percent-encoded already: the raw query or target.
        ENCODED,
        /// A field value: bytes as ISO-8859-1 characters.
        FIELD
    }

    /// Reads a value.
    @FunctionalInterface
    interface Source {
        /// Reads the value.
        ///
        /// @param head the request
        /// @param rule the match of the rewrite rule that asks, null elsewhere
        /// @return the value, null when it is unset
        @Nullable String of(RequestHead head, @Nullable Matcher rule);
    }

    String value(RequestHead head, @Nullable Matcher rule) {
        String value = source.of(head, rule);
        return value == null ? "" : value;
    }
}
