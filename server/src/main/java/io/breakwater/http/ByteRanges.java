package io.breakwater.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Range field of a request for bytes (RFC 9110 §14.2), before the length of what it asks for
/// is known.
///
/// @param specs the wanted stretches in the order of the request, at least one
public record ByteRanges(List<Spec> specs) {
    /// How many stretches one request may ask for.
    public static final int MOST = 32;

    private static final String UNIT = "bytes=";

    /// Copies the list.
    public ByteRanges {
        specs = List.copyOf(specs);
    }

    /// Parses the field.
    ///
    /// @param field the value
    /// @return null when the field is to be ignored: another unit (RFC 9110 §14.2), or a list that
    ///   is not well formed
    public static @Nullable ByteRanges parse(String field) {
        if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) return null;
        List<Spec> specs = new ArrayList<>(1);
        for (String member : FieldSyntax.members(field.substring(UNIT.length()))) {
            Spec spec = spec(member);
            if (spec == null) return null;
            specs.add(spec);
        }
        return specs.isEmpty() ? null : new ByteRanges(specs);
    }

    private static @Nullable Spec spec(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) return null;
        long first = position(text, 0, dash);
        long last = position(text, dash + 1, text.length());
        if (dash == 0) return last < 0 ? null : new Spec(Spec.NONE, last);
        if (first < 0) return null;
        if (dash == text.length() - 1) return new Spec(first, Spec.NONE);
        return last < first ? null : new Spec(first, last); // §14.1.1: last < first is invalid
    }

    /// Digits; -1 for anything else. Beyond all lengths is as good as the greatest number.
    private static long position(String text, int from, int end) {
        if (from == end) return -1;
        long number = 0;
        for (int i = from; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) return -1;
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
        }
        return number;
    }

    /// What the ranges are of a representation.
    ///
    /// @param length its bytes, 0 or more
    /// @return how to answer
    public Resolved resolve(long length) {
        // RFC 9110 §14.2: a server may ignore what asks for more work than an honest request would
        if (specs.size() > MOST) return new Resolved.Whole(Whole.TOO_MANY);
        List<ByteRange> ranges = new ArrayList<>(specs.size());
        long total = 0;
        for (Spec spec : specs) {
            ByteRange range = spec.of(length);
            if (range == null) continue;
            ranges.add(range);
            total += range.length();
        }
        if (ranges.isEmpty()) return new Resolved.Unsatisfiable();
        if (total > length || overlaps(ranges) > 2) return new Resolved.Whole(Whole.OVERLAPPING);
        return new Resolved.Parts(ranges);
    }

    /// How many ranges share bytes with another one.
    private static int overlaps(List<ByteRange> ranges) {
        List<ByteRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(ByteRange::first));
        int overlapping = 0;
        long end = -1;
        for (ByteRange range : sorted) {
            if (range.first() <= end) overlapping += overlapping == 0 ? 2 : 1;
            end = Math.max(end, range.last());
        }
        return overlapping;
    }

    /// One wanted stretch.
    ///
    /// @param first index of the first byte, [#NONE] for the last bytes
    /// @param last index of the last byte, [#NONE] for all that follow; how many of the last bytes
    ///   when first is none
    public record Spec(long first, long last) {
        /// Not given.
        public static final long NONE = -1;

        /// The stretch in a representation (RFC 9110 §14.1.2).
        ///
        /// @param length bytes of the representation
        /// @return null when no byte of it is wanted
        public @Nullable ByteRange of(long length) {
            if (first == NONE)
                return last == 0 || length == 0
                        ? null
                        : new ByteRange(Math.max(0, length - last), length - 1);
            if (first >= length) return null;
            return new ByteRange(first, last == NONE ? length - 1 : Math.min(last, length - 1));
        }
    }

    /// How a request with ranges is answered.
    public sealed interface Resolved {
        /// 206 with these parts; a single one without multipart (RFC 9110 §15.3.7).
        ///
        /// @param ranges in the order of the request, at least one
        record Parts(List<ByteRange> ranges) implements Resolved {
            /// Copies the list.
            public Parts {
                ranges = List.copyOf(ranges);
            }
        }

        /// 416 with `Content-Range: bytes */length`.
        record Unsatisfiable() implements Resolved {}

        /// The whole representation, as if there were no Range field.
        ///
        /// @param why the reason
        record Whole(ByteRanges.Whole why) implements Resolved {}
    }

    /// Why ranges are ignored.
    public enum Whole {
        /// More than [#MOST] ranges.
        TOO_MANY,
        /// More than two ranges overlap, or all together are more than the representation.
        OVERLAPPING
    }
}
