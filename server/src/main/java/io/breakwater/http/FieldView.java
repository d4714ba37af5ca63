package io.breakwater.http;

import org.jspecify.annotations.Nullable;

/// Header fields, as far as caching reads them: field lines in their order. A thin interface, so
/// that the fields of a message are read where they are instead of being copied. Implementations
/// say which threads may read; the methods do not block.
public interface FieldView {
    /// How many field lines there are.
    ///
    /// @return 0 or more
    int size();

    /// The name of a field line.
    ///
    /// @param index 0 to size - 1
    /// @return the name as received
    String name(int index);

    /// The value of a field line.
    ///
    /// @param index 0 to size - 1
    /// @return the value without surrounding white space
    String value(int index);

    /// The value of the first line of a field.
    ///
    /// @param name field name, any case
    /// @return the value, null when the field is absent
    default @Nullable String first(String name) {
        for (int i = 0; i < size(); i++) if (name(i).equalsIgnoreCase(name)) return value(i);
        return null;
    }

    /// Whether a field is present.
    ///
    /// @param name field name, any case
    /// @return true for at least one line
    default boolean has(String name) {
        return first(name) != null;
    }

    /// The combined value of all lines of a field (RFC 9110 §5.2).
    ///
    /// @param name field name, any case
    /// @return the lines joined by `, `; null when the field is absent
    default @Nullable String combined(String name) {
        String combined = null;
        for (int i = 0; i < size(); i++) {
            if (!name(i).equalsIgnoreCase(name)) continue;
            combined = combined == null ? value(i) : combined + ", " + value(i);
        }
        return combined;
    }
}
