package io.breakwater.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A dictionary of structured fields (RFC 9651 §3.2, RFC 8941). Parameters and inner lists are
/// checked for their syntax and then left out, as no dictionary that is read here gives them a
/// meaning.
///
/// @param members by key, in their order; of a key that is there twice the last counts
public record Dictionary(Map<String, Value> members) {
    /// Keeps the order.
    public Dictionary {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /// Parses the combined value of a field.
    ///
    /// @param field the value
    /// @return null when it is no dictionary: such a field is ignored as a whole (RFC 9651 §4.2)
    public static @Nullable Dictionary parse(String field) {
        return new DictionaryParser(field).parse();
    }

    /// A member's value.
    public sealed interface Value {
        /// An integer.
        ///
        /// @param number at most 15 digits
        record Number(long number) implements Value {}

        /// A string, or a token as text.
        ///
        /// @param text without quotes and escapes
        record Text(String text) implements Value {}

        /// A boolean; also a key without value, which is true.
        ///
        /// @param isSet the value
        record Bool(boolean isSet) implements Value {}

        /// A value of a type that no cache directive has: decimal, byte sequence, date, display
        /// string, inner list.
        record Other() implements Value {}
    }
}
