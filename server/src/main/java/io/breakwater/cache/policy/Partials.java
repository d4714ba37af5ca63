package io.breakwater.cache.policy;

import io.breakwater.http.ContentRange;
import io.breakwater.http.EntityTag;
import io.breakwater.http.FieldList;
import io.breakwater.http.IfRange;

/// Parts of a representation that are stored one by one (RFC 9111 §3.3, §3.4).
public final class Partials {
    private Partials() {}

    /// Whether a part that has come belongs to the same representation as what is stored: both have
    /// the same strong validator (§3.4), and the same length.
    ///
    /// @param stored a stored response, whole or partial
    /// @param storedLength bytes of the whole representation, [ContentRange#UNKNOWN] when not known
    /// @param part a 206 with one part
    /// @return false: the part must not be combined with what is stored
    public static boolean mayCombine(StoredResponse stored, long storedLength, Received part) {
        ContentRange range = ContentRange.parse(part.fields().first("Content-Range"));
        if (range == null || range.range() == null) return false;
        boolean fits =
                storedLength == ContentRange.UNKNOWN
                        || range.length() == ContentRange.UNKNOWN
                        || range.length() == storedLength;
        return fits && isSame(stored, part);
    }

    private static boolean isSame(StoredResponse stored, Received part) {
        EntityTag tag = EntityTag.parse(part.fields().first("ETag"));
        if (tag != null || stored.entityTag() != null)
            return tag != null && tag.isStrongly(stored.entityTag());
        long modified = part.lastModifiedMillis();
        return modified == stored.facts().lastModifiedMillis()
                && IfRange.isStrong(modified, part.dateMillis())
                && IfRange.isStrong(modified, stored.facts().dateMillis());
    }

    /// The condition under which the rest of a stored part is asked for: If-Range, so that another
    /// representation comes as a whole (§3.3, RFC 9110 §13.1.5).
    ///
    /// @param stored the stored part
    /// @return a field If-Range, or none without strong validator: then parts cannot be completed
    public static FieldList ifRange(StoredResponse stored) {
        EntityTag tag = stored.entityTag();
        if (tag != null)
            return tag.weak() ? FieldList.EMPTY : FieldList.of("If-Range", tag.toString());
        String modified = stored.fields().first("Last-Modified");
        return modified != null
                        && IfRange.isStrong(
                                stored.facts().lastModifiedMillis(), stored.facts().dateMillis())
                ? FieldList.of("If-Range", modified)
                : FieldList.EMPTY;
    }
}
