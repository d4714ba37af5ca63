package io.breakwater.http;

import static io.breakwater.http.CacheControl.ABSENT;

import io.breakwater.http.Dictionary.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads cache directives from one field. For one thread, once.
final class DirectiveReader {
    private int flags;
    private long maxAge = ABSENT;
    private long sharedMaxAge = ABSENT;
    private long staleWhileRevalidate = ABSENT;
    private long staleIfError = ABSENT;
    private long maxStale = ABSENT;
    private long minFresh = ABSENT;
    private final List<String> noCacheFields = new ArrayList<>();
    private final List<String> privateFields = new ArrayList<>();

    CacheControl result() {
        return new CacheControl(
                flags,
                maxAge,
                sharedMaxAge,
                staleWhileRevalidate,
                staleIfError,
                maxStale,
                minFresh,
                noCacheFields,
                privateFields);
    }

    /// One line of directives in the syntax of Cache-Control.
    void readList(String line) {
        int at = 0;
        while (at < line.length()) {
            int end = FieldSyntax.memberEnd(line, at);
            int start = at;
            while (start < end && FieldSyntax.isBlank(line, start, start + 1)) start++;
            if (start < end) directive(line, start, end);
            at = end + 1;
        }
    }

    private void directive(String line, int start, int end) {
        int nameEnd = start;
        while (nameEnd < end && FieldSyntax.isTokenChar(line.charAt(nameEnd))) nameEnd++;
        String name = line.substring(start, nameEnd).toLowerCase(Locale.ROOT);
        if (nameEnd < end && line.charAt(nameEnd) == '=') {
            take(name, argument(line, nameEnd + 1, end));
        } else {
            // "max-age =5": something stands where nothing may.
            take(name, FieldSyntax.isBlank(line, nameEnd, end) ? Argument.NONE : Argument.BROKEN);
        }
    }

    private static Argument argument(String line, int from, int end) {
        if (from < end && line.charAt(from) == '"') {
            int close = FieldSyntax.closingQuote(line, from);
            return close < 0 || close >= end || !FieldSyntax.isBlank(line, close + 1, end)
                    ? Argument.BROKEN
                    : Argument.of(FieldSyntax.unescape(line, from + 1, close));
        }
        String text = line.substring(from, end).stripTrailing();
        return FieldSyntax.isToken(text) ? Argument.of(text) : Argument.BROKEN;
    }

    private void take(String name, Argument argument) {
        switch (name) {
            case "no-store" -> flags |= CacheControl.NO_STORE;
            case "must-revalidate" -> flags |= CacheControl.MUST_REVALIDATE;
            case "proxy-revalidate" -> flags |= CacheControl.PROXY_REVALIDATE;
            case "must-understand" -> allow(CacheControl.MUST_UNDERSTAND, argument);
            case "no-transform" -> flags |= CacheControl.NO_TRANSFORM;
            case "only-if-cached" -> allow(CacheControl.ONLY_IF_CACHED, argument);
            case "public" -> allow(CacheControl.PUBLIC, argument);
            case "no-cache" -> fields(CacheControl.NO_CACHE, argument, noCacheFields);
            case "private" -> fields(CacheControl.PRIVATE, argument, privateFields);
            case "max-age" -> maxAge = first(maxAge, lifetime(argument));
            case "s-maxage" -> sharedMaxAge = first(sharedMaxAge, lifetime(argument));
            case "stale-while-revalidate" ->
                    staleWhileRevalidate = first(staleWhileRevalidate, argument.seconds());
            case "stale-if-error" -> staleIfError = first(staleIfError, argument.seconds());
            case "min-fresh" -> minFresh = first(minFresh, argument.seconds());
            case "max-stale" ->
                    maxStale =
                            first(
                                    maxStale,
                                    argument.isMissing() ? CacheControl.ANY : argument.seconds());
            default -> {} // RFC 9111 §5.2.3: unknown directives are ignored
        }
    }

    /// What lets a cache do more counts only as it is defined: without argument.
    private void allow(int flag, Argument argument) {
        if (argument.isMissing()) flags |= flag;
    }

    private void fields(int flag, Argument argument, List<String> fields) {
        List<String> names = new ArrayList<>();
        for (String name : FieldSyntax.members(argument.text))
            if (FieldSyntax.isToken(name)) names.add(name.toLowerCase(Locale.ROOT));
            else names.clear();
        if (names.isEmpty()) flags |= flag;
        else fields.addAll(names);
    }

    private static long lifetime(Argument argument) {
        // RFC 9111 §4.2.1: unreadable freshness is no freshness
        return Math.max(0, argument.seconds());
    }

    /// RFC 9111 §4.2.1: of several values the first counts.
    private static long first(long before, long now) {
        return before == ABSENT ? now : before;
    }

    @Nullable CacheControl readTargeted(Dictionary dictionary) {
        for (Map.Entry<String, Value> member : dictionary.members().entrySet()) {
            Argument argument;
            switch (member.getValue()) {
                case Value.Bool(boolean set) -> {
                    if (!set) continue;
                    argument = Argument.NONE;
                }
                case Value.Number(long number) -> argument = Argument.of(Long.toString(number));
                case Value.Text(String text) -> argument = Argument.of(text);
                case Value.Other other -> argument = Argument.BROKEN;
            }
            if (!fits(member.getKey(), member.getValue())) return null;
            take(member.getKey(), argument);
        }
        return result();
    }

    /// Whether a directive may have a value of this type (RFC 9213 §2.1).
    private static boolean fits(String name, Value value) {
        return switch (name) {
            case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error" ->
                    value instanceof Value.Number(long seconds) && seconds >= 0;
            case "no-cache", "private" ->
                    value instanceof Value.Bool || value instanceof Value.Text;
            case "no-store", "public", "must-revalidate", "proxy-revalidate", "must-understand" ->
                    value instanceof Value.Bool;
            default -> true;
        };
    }

    @Nullable CacheControl readSurrogate(String value) {
        for (String member : FieldSyntax.members(value)) {
            // A target such as ;edge limits the directive to that surrogate, which this one is not.
            if (member.indexOf(';') >= 0) continue;
            if (member.equalsIgnoreCase("no-store")) flags |= CacheControl.NO_STORE;
            else if (member.regionMatches(true, 0, "max-age=", 0, 8)) surrogateAge(member);
        }
        return maxAge == ABSENT && (flags & CacheControl.NO_STORE) == 0 ? null : result();
    }

    private void surrogateAge(String member) {
        if (maxAge != ABSENT) return;
        int plus = member.indexOf('+');
        String fresh = member.substring(8, plus < 0 ? member.length() : plus);
        maxAge = Math.max(0, DeltaSeconds.parse(fresh));
        if (plus < 0) return;
        staleWhileRevalidate = DeltaSeconds.parse(member.substring(plus + 1));
        staleIfError = staleWhileRevalidate;
    }

    /// How an argument is written.
    private enum Form {
        NONE,
        GOOD,
        BROKEN
    }

    /// What stands after the `=`.
    ///
    /// @param text without quotes, empty unless it is good
    /// @param form whether it is there and a token or quoted string
    private record Argument(String text, Form form) {
        static final Argument NONE = new Argument("", Form.NONE);
        static final Argument BROKEN = new Argument("", Form.BROKEN);

        static Argument of(String text) {
            return new Argument(text, Form.GOOD);
        }

        boolean isMissing() {
            return form == Form.NONE;
        }

        long seconds() {
            return DeltaSeconds.parse(text);
        }
    }
}
