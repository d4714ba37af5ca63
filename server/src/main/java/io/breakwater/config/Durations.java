package io.breakwater.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as configuration writes them: a whole number with one of the units `ms`, `s`, `m`, `h`
/// and `d`, such as `500ms` or `10s`.
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(ms|s|m|h|d)");
    private static final String EXPECTED = "a duration such as 500ms, 10s, 5m, 1h or 2d";

    private Durations() {}

    /// Parses a duration.
    ///
    /// @param text number and unit; case does not matter, spaces around do not either
    /// @return the duration, 0 or more, in whole milliseconds
    /// @throws IllegalArgumentException when it is anything else; the message says what is expected
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) throw new IllegalArgumentException(EXPECTED);
        long number = Long.parseLong(form.group(1));
        try {
            return Duration.ofMillis(Math.multiplyExact(number, millisOf(form.group(2))));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(EXPECTED + " of less than 292 million years", e);
        }
    }

    /// Writes a duration with the largest unit that needs no fraction.
    ///
    /// @param duration 0 or more; what is finer than a millisecond is cut off
    /// @return the shortest form, such as `2m` for 120 seconds
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) return "0s";
        for (String unit : new String[] {"d", "h", "m", "s"})
            if (millis % millisOf(unit) == 0) return millis / millisOf(unit) + unit;
        return millis + "ms";
    }

    private static long millisOf(String unit) {
        return switch (unit) {
            case "d" -> 86_400_000L;
            case "h" -> 3_600_000L;
            case "m" -> 60_000L;
            case "s" -> 1_000L;
            default -> 1L;
        };
    }
}
