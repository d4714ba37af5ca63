package io.breakwater.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A start line and its fields, exactly as they were read.
///
/// @param startLine the request or status line without its line end
/// @param fields the fields in the order sent
public record Head(String startLine, List<Field> fields) {
    /// Copies the list.
    public Head {
        fields = List.copyOf(fields);
    }

    /// One field line.
    ///
    /// @param name the name as sent
    /// @param value the value without surrounding blanks
    public record Field(String name, String value) {
        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    /// The status of a response.
    ///
    /// @return 100 to 599
    public int status() {
        return Integer.parseInt(word(1));
    }

    /// The method of a request.
    ///
    /// @return the method as sent
    public String method() {
        return word(0);
    }

    /// The target of a request.
    ///
    /// @return the target as sent
    public String target() {
        return word(1);
    }

    /// The protocol version.
    ///
    /// @return such as `HTTP/1.1`
    public String version() {
        return startLine.startsWith("HTTP/") ? word(0) : word(2);
    }

    /// The values of a field.
    ///
    /// @param name the name, any case
    /// @return one value per line
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /// The only value of a field.
    ///
    /// @param name the name, any case
    /// @return the value, null when there is no such field
    public @Nullable String field(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " was sent more than once: " + this);
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /// Whether a field is there.
    ///
    /// @param name the name, any case
    /// @return true when at least once
    public boolean has(String name) {
        return !all(name).isEmpty();
    }

    /// Whether this is the head of an interim response.
    ///
    /// @return true for 1xx
    public boolean interim() {
        return status() < 200;
    }

    private String word(int index) {
        String[] words = startLine.split(" ", 3);
        if (words.length <= index) {
            throw new AssertionError("not a start line: " + startLine);
        }
        return words[index];
    }
}
