package io.breakwater.cache.policy;

import io.breakwater.http.ByteRange;
import io.breakwater.http.ByteRanges;
import io.breakwater.http.ContentRange;
import io.breakwater.http.FieldList;
import io.breakwater.http.FieldView;
import org.jspecify.annotations.Nullable;

/// A representation whose body is fetched and stored in slices of one size, each under a key of its
/// own (RFC 9111 §3.3, §3.4). What they have in common is one head, which decides like that of a
/// whole response.
///
/// @param response the head: a 200 with the length of the whole, and [StoredFacts#SLICED]
/// @param bytes length of each slice but the last
/// @param total length of the whole, more than that of a slice or of one that begins it
public record Slices(StoredResponse response, long bytes, long total) {
    private static final String LENGTH = "Content-Length";

    /// Positions beyond this are nobody's.
    private static final long MOST = 1L << 60;

    /// The slices of a stored head.
    ///
    /// @param response a stored head with [StoredFacts#SLICED]
    /// @param bytes length of a slice
    /// @return its slices
    public static Slices of(StoredResponse response, long bytes) {
        return new Slices(response, bytes, length(response, 0));
    }

    /// The length of a stored response's whole body.
    ///
    /// @param response its head
    /// @param stored bytes that are stored with the head
    /// @return those, or what all slices have together
    public static long length(StoredResponse response, long stored) {
        if (!response.facts().has(StoredFacts.SLICED)) return stored;
        String length = response.fields().first(LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /// The slices that a first one belongs to.
    ///
    /// @param store what is to be stored of [#whole]
    /// @param bytes length of a slice
    /// @return null when nothing would tell that others are of the same representation (§3.4)
    public static @Nullable Slices of(StoreDecision.Store store, long bytes) {
        StoredResponse head = store.response();
        StoredFacts facts = head.facts().with(StoredFacts.SLICED);
        StoredResponse sliced = new StoredResponse(facts, head.fields(), head.key(), head.tags());
        Slices slices = of(sliced, bytes);
        return slices.condition().size() == 0 ? null : slices;
    }

    /// The length that [#whole] tells.
    ///
    /// @param whole what a part says of the whole
    /// @return bytes
    public static long length(Received whole) {
        String length = whole.fields().first(LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /// The bytes of a slice, as they are asked for: the last one may have fewer.
    ///
    /// @param bytes length of a slice
    /// @param number 0 for the first
    /// @return the stretch
    public static ByteRange asked(long bytes, long number) {
        return new ByteRange(number * bytes, (number + 1) * bytes - 1);
    }

    /// The slice that is asked for first.
    ///
    /// @param range value of Range in the request, null for none
    /// @param bytes length of a slice
    /// @param length of the whole, 0 when not known
    /// @return that of the first byte that is wanted, as far as that is known
    public static long wanted(@Nullable String range, long bytes, long length) {
        ByteRanges ranges = range == null ? null : ByteRanges.parse(range);
        if (ranges == null) return 0;
        ByteRanges.Spec first = ranges.specs().getFirst();
        if (length > 0) {
            ByteRange known = first.of(length);
            return known == null ? 0 : known.first() / bytes;
        }
        // The last bytes of something unknown, or what no length reaches.
        if (first.first() < 0 || first.first() > MOST) return 0;
        return first.first() / bytes;
    }

    /// What a part says of the whole.
    ///
    /// @param part a response to a request for [#asked]
    /// @param bytes length of a slice
    /// @param number of the slice
    /// @return as a 200 would have come; null when it is not that slice
    public static @Nullable Received whole(Received part, long bytes, long number) {
        ContentRange came = part.status() == 206 ? range(part) : null;
        ByteRange range = came == null ? null : came.range();
        if (came == null || range == null || came.length() == ContentRange.UNKNOWN) return null;
        ByteRange asked = asked(bytes, number);
        boolean exact =
                range.first() == asked.first()
                        && range.last() == Math.min(asked.last(), came.length() - 1);
        // Without a length of its own nothing tells whether it came to its end.
        if (!exact || !Long.toString(range.length()).equals(part.fields().first(LENGTH)))
            return null;
        return new Received(
                200,
                fields(part.fields(), came.length()),
                part.requestMillis(),
                part.responseMillis());
    }

    private static @Nullable ContentRange range(Received part) {
        return ContentRange.parse(part.fields().first("Content-Range"));
    }

    private static FieldView fields(FieldView part, long length) {
        FieldList.Builder fields = FieldList.builder();
        for (int i = 0; i < part.size(); i++) {
            String name = part.name(i);
            boolean ofPart =
                    name.equalsIgnoreCase("Content-Range") || name.equalsIgnoreCase(LENGTH);
            if (!ofPart) fields.add(name, part.value(i));
        }
        return fields.add(LENGTH, Long.toString(length)).build();
    }

    /// Whether a part is one of these slices.
    ///
    /// @param part a response to a request for [#asked]
    /// @param number of the slice
    /// @return false when it is of another representation, or not that slice
    public boolean isPart(Received part, long number) {
        return whole(part, bytes, number) != null && Partials.mayCombine(response, total, part);
    }

    /// The condition under which further slices are asked for.
    ///
    /// @return a field If-Range
    public FieldList condition() {
        return Partials.ifRange(response);
    }

    /// What tells these slices from those of another representation of the same URI.
    ///
    /// @return the strong validator and the length
    public String identity() {
        return condition().first("If-Range") + " " + total;
    }

    /// Which slice a byte is in.
    ///
    /// @param position 0 to below the total
    /// @return 0 for the first
    public long number(long position) {
        return position / bytes;
    }

    /// Where a slice begins.
    ///
    /// @param number of the slice
    /// @return the position of its first byte
    public long begin(long number) {
        return number * bytes;
    }

    /// Where a slice ends.
    ///
    /// @param number of the slice
    /// @return the position after its last byte
    public long end(long number) {
        return Math.min(total, (number + 1) * bytes);
    }
}
