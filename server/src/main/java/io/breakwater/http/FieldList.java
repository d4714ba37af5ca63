package io.breakwater.http;

import java.util.ArrayList;
import java.util.List;

/// Header fields of their own: an immutable copy. Any thread.
public final class FieldList implements FieldView {
    /// No field.
    public static final FieldList EMPTY = new FieldList(List.of());

    /// Names and values in turn.
    private final List<String> lines;

    private FieldList(List<String> lines) {
        this.lines = lines;
    }

    /// Fields written down.
    ///
    /// @param namesAndValues name, value, name, value and so on
    /// @return the fields
    /// @throws IllegalArgumentException when a value is missing
    public static FieldList of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0)
            throw new IllegalArgumentException("a name without a value");
        return new FieldList(List.of(namesAndValues));
    }

    /// Begins an empty list.
    ///
    /// @return a builder for one thread
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int size() {
        return lines.size() / 2;
    }

    @Override
    public String name(int index) {
        return lines.get(index * 2);
    }

    @Override
    public String value(int index) {
        return lines.get(index * 2 + 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldList that && lines.equals(that.lines);
    }

    @Override
    public int hashCode() {
        return lines.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size(); i++)
            text.append(name(i)).append(": ").append(value(i)).append('\n');
        return text.toString();
    }

    /// Collects field lines in their order. For one thread.
    public static final class Builder {
        private final List<String> lines = new ArrayList<>();

        private Builder() {}

        /// Adds a field line.
        ///
        /// @param name the field's name
        /// @param value the line's value
        /// @return this
        public Builder add(String name, String value) {
            lines.add(name);
            lines.add(value);
            return this;
        }

        /// The fields collected so far.
        ///
        /// @return an immutable copy
        public FieldList build() {
            return lines.isEmpty() ? EMPTY : new FieldList(List.copyOf(lines));
        }
    }
}
