package io.breakwater.cache.policy;

import io.breakwater.http.EntityTag;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a request that asks whether stored responses are still good (RFC 9111 §4.3.1).
/// They take the place of the client's own conditions, which are answered from what comes back.
///
/// @param ifNoneMatch value of If-None-Match, null for none
/// @param ifModifiedSince value of If-Modified-Since, null for none
public record Validation(@Nullable String ifNoneMatch, @Nullable String ifModifiedSince) {
    /// Fields that are never sent upstream by a fill: the client's conditions and ranges.
    public static final List<String> REPLACED =
            List.of(
                    "If-None-Match",
                    "If-Modified-Since",
                    "If-Match",
                    "If-Unmodified-Since",
                    "If-Range",
                    "Range");

    /// How many entity tags are asked about at once.
    private static final int MOST_TAGS = 32;

    /// Makes the fields. The client's own entity tags are not among them, so that a 304 is about a
    /// stored response and nothing else.
    ///
    /// @param candidates the stored responses of the key, the best first
    /// @return without any field when nothing stored has a validator
    public static Validation of(List<StoredResponse> candidates) {
        Set<String> tags = new LinkedHashSet<>();
        for (StoredResponse candidate : candidates) {
            EntityTag tag = candidate.entityTag();
            // §4.3.1: all of them; §4.3.2: a part is no answer to a request for more
            boolean whole = !candidate.facts().has(StoredFacts.PARTIAL);
            if (tag != null && whole && tags.size() < MOST_TAGS) tags.add(tag.toString());
        }
        return new Validation(
                tags.isEmpty() ? null : String.join(", ", tags), lastModified(candidates));
    }

    /// §4.3.1: only when one stored response is validated.
    private static @Nullable String lastModified(List<StoredResponse> candidates) {
        return candidates.size() == 1 && !candidates.getFirst().facts().has(StoredFacts.PARTIAL)
                ? candidates.getFirst().fields().first("Last-Modified")
                : null;
    }

    /// Whether there is anything to ask.
    ///
    /// @return true without any field
    public boolean isEmpty() {
        return ifNoneMatch == null && ifModifiedSince == null;
    }
}
