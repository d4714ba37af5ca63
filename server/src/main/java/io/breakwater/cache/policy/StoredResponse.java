package io.breakwater.cache.policy;

import io.breakwater.http.EntityTag;
import io.breakwater.http.FieldList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a stored response consists of, besides its body.
///
/// @param facts what decides on it
/// @param fields the fields that are stored
/// @param key the request fields that it was chosen by
/// @param tags tags by which it can be purged
public record StoredResponse(
        StoredFacts facts, FieldList fields, VariantKey key, List<String> tags) {
    /// Copies the list.
    public StoredResponse {
        tags = List.copyOf(tags);
    }

    /// Its entity tag.
    ///
    /// @return null when it has none, or one that is not well formed
    public @Nullable EntityTag entityTag() {
        return facts.has(StoredFacts.TAGGED) ? EntityTag.parse(fields.first("ETag")) : null;
    }
}
