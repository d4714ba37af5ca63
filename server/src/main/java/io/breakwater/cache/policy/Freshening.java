package io.breakwater.cache.policy;

import io.breakwater.cache.policy.StoreDecision.Refusal;
import io.breakwater.http.EntityTag;
import io.breakwater.http.FieldList;
import io.breakwater.http.FieldView;
import io.breakwater.http.HttpDates;
import io.breakwater.http.IfRange;
import io.breakwater.http.Vary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Brings stored responses up to date with what a 304 or a HEAD response says (RFC 9111 §4.3.4,
/// §4.3.5).
public final class Freshening {
    private final CacheRules rules;

    /// Takes the rules of a policy.
    ///
    /// @param rules the rules
    public Freshening(CacheRules rules) {
        this.rules = rules;
    }

    /// The stored responses that a 304 is about (§4.3.4).
    ///
    /// @param candidates the stored responses that could have answered the request, were they fresh
    /// @param notModified the 304
    /// @return those to update, the best first; empty when it is about none of them: then the
    ///   request is sent again without conditions
    public static List<StoredResponse> select(
            List<StoredResponse> candidates, Received notModified) {
        EntityTag tag = EntityTag.parse(notModified.fields().first("ETag"));
        long modified = notModified.lastModifiedMillis();
        boolean strong = IfRange.isStrong(modified, notModified.dateMillis());
        Predicate<StoredResponse> sameDate = one -> one.facts().lastModifiedMillis() == modified;
        if (tag != null && !tag.weak())
            return matching(
                    candidates,
                    one ->
                            one.entityTag() == null
                                    ? strong && sameDate.test(one)
                                    : tag.isStrongly(one.entityTag()));
        if (tag == null && strong) return matching(candidates, sameDate);
        if (tag != null) return newest(matching(candidates, one -> tag.isWeakly(one.entityTag())));
        if (modified != HttpDates.NONE) return newest(matching(candidates, sameDate));
        return only(candidates);
    }

    private static List<StoredResponse> matching(
            List<StoredResponse> candidates, Predicate<StoredResponse> condition) {
        return candidates.stream().filter(condition).toList();
    }

    private static List<StoredResponse> newest(List<StoredResponse> matching) {
        StoredResponse newest = null;
        for (StoredResponse one : matching)
            if (newest == null || Variants.isNewer(one, newest)) newest = one;
        return newest == null ? List.of() : List.of(newest);
    }

    /// §4.3.4: a 304 without validator is about a single response. One that has a validator was
    /// asked about by it, and by no other, so the answer is about it even when the node leaves the
    /// validator out of the 304, as many do.
    private static List<StoredResponse> only(List<StoredResponse> candidates) {
        return candidates.size() == 1 ? candidates : List.of();
    }

    /// Updates a stored response (§3.2).
    ///
    /// @param stored the stored response
    /// @param update the 304, 206 or HEAD response
    /// @param tagFields names of the response fields that hold tags
    /// @return the response with new fields, times and tags; its status, body and variant stay
    public Updated update(StoredResponse stored, Received update, List<String> tagFields) {
        OriginDirectives news = OriginDirectives.of(update.fields(), rules);
        FieldList fields = StoredFields.updated(stored.fields(), update, news.control(), rules);
        // Age is not stored, yet the update's own counts for the time that it spent in caches.
        FieldView timed = withAge(fields, update.fields().first("Age"));
        Received merged =
                new Received(
                        stored.facts().status(),
                        timed,
                        update.requestMillis(),
                        update.responseMillis());
        OriginDirectives directives = OriginDirectives.of(fields, rules);
        Freshness freshness = Freshness.of(merged, directives, rules);
        StoredFacts facts = StoredFacts.of(merged, directives, freshness, rules);
        facts = facts.with(stored.facts().flags() & (StoredFacts.VARIES | StoredFacts.SLICED));
        StoredResponse updated =
                new StoredResponse(facts, fields, stored.key(), Tags.of(fields, tagFields));
        Refusal refusal = Storing.ofControl(updated.facts().status(), directives.control());
        if (refusal == null) refusal = ofVary(stored, fields);
        return new Updated(updated, refusal);
    }

    private @Nullable Refusal ofVary(StoredResponse stored, FieldList fields) {
        Vary vary = VariantKey.counted(fields, rules);
        if (vary.any()) return Refusal.VARY_ANY;
        return vary.names().equals(stored.key().names()) ? null : Refusal.VARY_CHANGED;
    }

    /// A stored response that was brought up to date.
    ///
    /// @param response answers the request that led to the update
    /// @param refusal why it must not stay stored, null when it stays
    public record Updated(StoredResponse response, @Nullable Refusal refusal) {}

    private static FieldView withAge(FieldList fields, @Nullable String age) {
        if (age == null) return fields;
        FieldList.Builder timed = FieldList.builder();
        for (int i = 0; i < fields.size(); i++) timed.add(fields.name(i), fields.value(i));
        return timed.add("Age", age).build();
    }

    /// Whether a HEAD response tells that a stored response is still the same (§4.3.5): its
    /// validators and its length, as far as it has them, are the stored ones.
    ///
    /// @param stored a stored response to GET that could have been selected for the HEAD request
    /// @param storedLength bytes of the stored body
    /// @param head the HEAD response with status 200
    /// @return true: [#update] it; false: it is stale from now on, [StoredFacts#staleFrom]
    public static boolean isSame(StoredResponse stored, long storedLength, Received head) {
        FieldView fields = head.fields();
        List<String> differing = new ArrayList<>();
        if (fields.has("ETag")
                && !Objects.equals(fields.first("ETag"), stored.fields().first("ETag")))
            differing.add("ETag");
        if (fields.has("Last-Modified")
                && head.lastModifiedMillis() != stored.facts().lastModifiedMillis())
            differing.add("Last-Modified");
        String length = fields.first("Content-Length");
        if (length != null && !length.equals(Long.toString(storedLength)))
            differing.add("Content-Length");
        return differing.isEmpty();
    }
}
