package io.breakwater.http;

import org.jspecify.annotations.Nullable;

/// The If-Range condition (RFC 9110 §13.1.5): ranges only of the representation that the client has
/// a part of.
public final class IfRange {
    private static final long STRONG_AFTER_MILLIS = 1000;

    private IfRange() {}

    /// Evaluates the condition.
    ///
    /// @param field the value of If-Range
    /// @param tag the entity tag of the representation, null for none
    /// @param lastModifiedMillis its Last-Modified, [HttpDates#NONE] for none
    /// @param dateMillis the Date it came with
    /// @param nowMillis the current time
    /// @return false: the Range field is to be ignored
    public static boolean holds(
            String field,
            @Nullable EntityTag tag,
            long lastModifiedMillis,
            long dateMillis,
            long nowMillis) {
        if (field.startsWith("\"") || field.startsWith("W/")) {
            EntityTag wanted = EntityTag.parse(field);
            return wanted != null && wanted.isStrongly(tag);
        }
        long wanted = HttpDates.parse(field, nowMillis);
        // The date must be a strong validator, and exactly the same.
        return wanted != HttpDates.NONE
                && wanted == lastModifiedMillis
                && isStrong(lastModifiedMillis, dateMillis);
    }

    /// Whether Last-Modified identifies one representation (RFC 9110 §8.8.2.2): it is at least a
    /// second older than the response.
    ///
    /// @param lastModifiedMillis Last-Modified, [HttpDates#NONE] for none
    /// @param dateMillis Date of the same response
    /// @return true when it is strong
    public static boolean isStrong(long lastModifiedMillis, long dateMillis) {
        return lastModifiedMillis != HttpDates.NONE
                && lastModifiedMillis <= dateMillis - STRONG_AFTER_MILLIS;
    }
}
