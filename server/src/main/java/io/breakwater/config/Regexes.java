package io.breakwater.config;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Tries regular expressions.
final class Regexes {
    private Regexes() {}

    /// Compiles a regex or reports it.
    ///
    /// @param key the key it stands under
    /// @param written the whole written value
    /// @return null when it does not compile
    static @Nullable Pattern compile(Fields fields, String key, String written, String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            String where = e.getIndex() >= 0 ? " at character " + (e.getIndex() + 1) : "";
            fields.problem(
                    key,
                    written,
                    "a regular expression; this one has " + e.getDescription() + where);
            return null;
        }
    }
}
