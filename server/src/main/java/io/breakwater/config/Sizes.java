package io.breakwater.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes in bytes as configuration writes them: a whole number with `b`, `kb`, `mb`, `gb` or `tb`
/// (powers of 1024); a plain number is bytes.
public final class Sizes {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(b|kb|mb|gb|tb)?");
    private static final String EXPECTED = "a size such as 512, 4kb, 10mb or 1gb";

    private Sizes() {}

    /// Parses a size.
    ///
    /// @param text number and unit; case does not matter, spaces around do not either
    /// @return bytes, 0 or more
    /// @throws IllegalArgumentException when it is anything else; the message says what is expected
    public static long parse(String text) {
        Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) throw new IllegalArgumentException(EXPECTED);
        long number = Long.parseLong(form.group(1));
        String unit = form.group(2);
        try {
            return unit == null ? number : Math.multiplyExact(number, bytesOf(unit));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(EXPECTED + " of less than 8 million tb", e);
        }
    }

    /// Writes a size with the largest unit that needs no fraction.
    ///
    /// @param bytes 0 or more
    /// @return the shortest form, such as `16kb` for 16384; below 1024 the plain number
    public static String format(long bytes) {
        if (bytes == 0) return "0";
        for (String unit : new String[] {"tb", "gb", "mb", "kb"})
            if (bytes % bytesOf(unit) == 0) return bytes / bytesOf(unit) + unit;
        return Long.toString(bytes);
    }

    private static long bytesOf(String unit) {
        return switch (unit) {
            case "tb" -> 1L << 40;
            case "gb" -> 1L << 30;
            case "mb" -> 1L << 20;
            case "kb" -> 1L << 10;
            default -> 1L;
        };
    }
}
