package io.breakwater.cache.policy;

import io.breakwater.cache.policy.RequestFacts.Method;
import io.breakwater.http.ByteRanges;
import io.breakwater.http.EntityTag;
import io.breakwater.http.FieldView;
import io.breakwater.http.HttpDates;
import io.breakwater.http.IfRange;

/// Evaluates the conditions of a request on the stored response that was selected for it (RFC 9111
/// §4.3.2), in the order of RFC 9110 §13.2.2.
public final class Preconditions {
    private Preconditions() {}

    /// How a stored response is sent.
    public sealed interface Answer {
        /// As it is.
        record Whole() implements Answer {}

        /// 304 with its metadata, without body.
        record NotModified() implements Answer {}

        /// Parts of it, once its length is known: [ByteRanges#resolve].
        ///
        /// @param ranges the wanted parts
        record Parts(ByteRanges ranges) implements Answer {}
    }

    private static final Answer WHOLE = new Answer.Whole();
    private static final Answer NOT_MODIFIED = new Answer.NotModified();

    /// Decides how a stored response is sent. If-Match and If-Unmodified-Since are not looked at:
    /// they are the origin's ([Reuse#before]).
    ///
    /// @param facts the facts of the request
    /// @param request the fields of the request
    /// @param stored the stored response
    /// @param nowMillis the current time
    /// @return the answer; without allocation for requests without conditions and ranges
    public static Answer evaluate(
            RequestFacts facts, FieldView request, StoredResponse stored, long nowMillis) {
        if (!facts.has(RequestFacts.CONDITIONAL | RequestFacts.RANGE)) return WHOLE;
        int status = stored.facts().status();
        // §4.3.2: conditions count for 200 and 206; RFC 9110 §13.2.1: not for what is no 2xx
        if (status != 200 && status != 206) return WHOLE;
        if (facts.has(RequestFacts.CONDITIONAL) && isNotModified(request, stored, nowMillis))
            return NOT_MODIFIED;
        // RFC 9110 §14.2: Range means nothing to other methods than GET
        if (!facts.has(RequestFacts.RANGE) || facts.method() != Method.GET) return WHOLE;
        return ranges(request, stored, nowMillis);
    }

    private static boolean isNotModified(FieldView request, StoredResponse stored, long now) {
        String tags = request.combined("If-None-Match");
        // RFC 9110 §13.2.2: If-Modified-Since counts only without If-None-Match
        if (tags != null) {
            String own = stored.fields().first("ETag");
            return tags.equals(own)
                    || EntityTag.Condition.parse(tags).matchesWeakly(stored.entityTag());
        }
        String since = request.first("If-Modified-Since");
        if (since == null) return false;
        if (since.equals(stored.fields().first("Last-Modified"))) return true;
        long asked = HttpDates.parse(since, now);
        // RFC 9110 §13.1.3: a date that cannot be read is no condition
        if (asked == HttpDates.NONE) return false;
        StoredFacts facts = stored.facts();
        // §4.3.2: Last-Modified, without it Date, which is the time of receipt where none came
        return (facts.lastModifiedMillis() == HttpDates.NONE
                        ? facts.dateMillis()
                        : facts.lastModifiedMillis())
                <= asked;
    }

    private static Answer ranges(FieldView request, StoredResponse stored, long now) {
        String range = request.first("Range");
        ByteRanges ranges = range == null ? null : ByteRanges.parse(range);
        if (ranges == null) return WHOLE;
        String condition = request.first("If-Range");
        boolean holds =
                condition == null
                        || IfRange.holds(
                                condition,
                                stored.entityTag(),
                                stored.facts().lastModifiedMillis(),
                                stored.facts().dateMillis(),
                                now);
        return holds ? new Answer.Parts(ranges) : WHOLE;
    }
}
