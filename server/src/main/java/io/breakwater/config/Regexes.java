package io.breakwater.config;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Tries regular expressions. Routing compiles them for use; here they only have to be right.
final class Regexes {
    // Routing takes group names as nginx does, with underscores and after ?P, which Java lacks.
    private static final Pattern GROUP_NAME =
            Pattern.compile("\\(\\?P?<([A-Za-z][A-Za-z0-9_]*)>|\\\\k<([A-Za-z][A-Za-z0-9_]*)>");

    private Regexes() {}

    /// Tries a regex with its mark, `~` or (for any case) `~*`, or reports it.
    static void tryMarked(Fields fields, String key, String written, String marked) {
        tryOut(fields, key, written, marked.substring(marked.startsWith("~*") ? 2 : 1));
    }

    /// Tries a regex or reports it.
    ///
    /// @param key the key it stands under
    /// @param written the whole written value
    static void tryOut(Fields fields, String key, String written, String regex) {
        try {
            Pattern.compile(GROUP_NAME.matcher(regex).replaceAll(Regexes::javaName));
        } catch (PatternSyntaxException e) {
            String where = e.getIndex() >= 0 ? " at character " + (e.getIndex() + 1) : "";
            fields.problem(
                    key,
                    written,
                    "a regular expression; this one has " + e.getDescription() + where);
        }
    }

    private static String javaName(MatchResult group) {
        boolean reference = group.group(1) == null;
        String name = reference ? group.group(2) : group.group(1);
        String java = name.replace("Z", "ZZ").replace("_", "Zu");
        return Matcher.quoteReplacement((reference ? "\\k<" : "(?<") + java + ">");
    }
}
