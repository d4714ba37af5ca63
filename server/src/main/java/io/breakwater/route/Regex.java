package io.breakwater.route;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// A regular expression with its captures. Group names may hold underscores, as in nginx, which
/// `java.util.regex` does not know: they are given other names inside.
final class Regex {
    private static final Pattern GROUP =
            Pattern.compile("\\(\\?P?<([A-Za-z][A-Za-z0-9_]*)>|\\\\k<([A-Za-z][A-Za-z0-9_]*)>");

    private final String source;
    private final Pattern pattern;
    private final Map<String, Integer> names;
    private final int groups;

    private Regex(String source, Pattern pattern) {
        this.source = source;
        this.pattern = pattern;
        names = new LinkedHashMap<>();
        pattern.namedGroups().forEach((name, index) -> names.put(outer(name), index));
        groups = pattern.matcher("").groupCount();
    }

    /// Compiles an expression.
    ///
    /// @throws PatternSyntaxException when it is not one
    static Regex of(String source, int flags) {
        return new Regex(source, Pattern.compile(inner(source), flags));
    }

    /// Compiles `~regex` or `~*regex` (case-insensitive) without its mark.
    static Regex afterTilde(String text) {
        boolean anyCase = text.startsWith("*");
        return of(
                anyCase ? text.substring(1) : text,
                anyCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
    }

    String source() {
        return source;
    }

    boolean hasGroups() {
        return groups > 0;
    }

    /// Finds the expression anywhere in a text.
    @Nullable Matcher find(CharSequence text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher : null;
    }

    boolean matches(CharSequence text) {
        return pattern.matcher(text).find();
    }

    /// The index of a named group, -1 for none.
    int group(String name) {
        Integer index = names.get(name);
        if (index != null) {
            return index;
        }
        if (!name.isEmpty()
                && name.length() < 4
                && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = Integer.parseInt(name);
            return number <= groups && Integer.toString(number).equals(name) ? number : -1;
        }
        return -1;
    }

    /// Named groups only.
    Set<String> names() {
        return names.keySet();
    }

    /// Names and, for numbered use, `1` to the count of groups.
    Set<String> namesAndNumbers() {
        Set<String> all = new LinkedHashSet<>(names.keySet());
        for (int i = 1; i <= groups; i++) {
            all.add(Integer.toString(i));
        }
        return all;
    }

    /// Puts the named groups that took part in a match.
    void named(Matcher matcher, Map<String, String> into) {
        names.forEach((name, index) -> put(into, name, matcher.group(index)));
    }

    /// Puts the numbered groups that took part in a match.
    void numbered(Matcher matcher, Map<String, String> into) {
        for (int i = 1; i <= groups; i++) {
            put(into, Integer.toString(i), matcher.group(i));
        }
    }

    private static void put(Map<String, String> into, String name, @Nullable String value) {
        if (value != null) {
            into.put(name, value);
        }
    }

    private static String inner(String source) {
        StringBuilder inner = new StringBuilder(source.length() + 16);
        Matcher group = GROUP.matcher(source);
        int at = 0;
        while (group.find(at)) {
            inner.append(source, at, group.start());
            boolean escaped = isEscaped(source, group.start());
            String name = group.group(1) != null ? group.group(1) : group.group(2);
            if (escaped) {
                inner.append(group.group());
            } else {
                inner.append(group.group(1) != null ? "(?<" : "\\k<")
                        .append(name.replace("Z", "ZZ").replace("_", "Zu"))
                        .append('>');
            }
            at = group.end();
        }
        return inner.append(source, at, source.length()).toString();
    }

    private static boolean isEscaped(String source, int at) {
        int slashes = 0;
        while (at - slashes > 0 && source.charAt(at - slashes - 1) == '\\') {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private static String outer(String name) {
        return name.replaceAll("Z([Zu])", "\u0000$1")
                .replace("\u0000u", "_")
                .replace("\u0000Z", "Z");
    }

    @Override
    public String toString() {
        return source;
    }
}
