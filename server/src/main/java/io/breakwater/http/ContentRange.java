package io.breakwater.http;

import org.jspecify.annotations.Nullable;

/// What a Content-Range field of bytes says (RFC 9110 §14.4).
///
/// @param range the stretch that is sent, null in a 416
/// @param length bytes of the whole representation, [#UNKNOWN] when the sender does not know
public record ContentRange(@Nullable ByteRange range, long length) {
    /// The length is not known.
    public static final long UNKNOWN = -1;

    private static final int MOST_DIGITS = 18;

    /// Parses the field.
    ///
    /// @param field the value, null for an absent field
    /// @return null when it is absent, not of bytes, or invalid: such a range must not be combined
    ///   with others (RFC 9110 §14.4)
    public static @Nullable ContentRange parse(@Nullable String field) {
        if (field == null || !field.regionMatches(true, 0, "bytes ", 0, 6)) return null;
        int slash = field.indexOf('/');
        if (slash < 0) return null;
        String complete = field.substring(slash + 1);
        long length = complete.equals("*") ? UNKNOWN : digits(complete);
        if (length < 0 && !complete.equals("*")) return null;
        String stretch = field.substring(6, slash);
        if (stretch.equals("*")) return length == UNKNOWN ? null : new ContentRange(null, length);
        int dash = stretch.indexOf('-');
        if (dash < 0) return null;
        long first = digits(stretch.substring(0, dash));
        long last = digits(stretch.substring(dash + 1));
        if (first < 0 || last < first || (length != UNKNOWN && last >= length)) return null;
        return new ContentRange(new ByteRange(first, last), length);
    }

    private static long digits(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) return -1;
        for (int i = 0; i < text.length(); i++)
            if (text.charAt(i) < '0' || text.charAt(i) > '9') return -1;
        return Long.parseLong(text);
    }

    @Override
    public String toString() {
        return "bytes "
                + (range == null ? "*" : range.first() + "-" + range.last())
                + "/"
                + (length == UNKNOWN ? "*" : length);
    }
}
