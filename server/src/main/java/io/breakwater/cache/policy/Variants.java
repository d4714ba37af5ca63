package io.breakwater.cache.policy;

import io.breakwater.http.FieldView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses among the stored responses of one key (RFC 9111 §4.1).
public final class Variants {
    private Variants() {}

    /// The response that answers a request.
    ///
    /// @param stored the stored responses of the key
    /// @param request the fields of the request
    /// @return the one that was made last of those that match, null when none does
    public static @Nullable StoredResponse select(List<StoredResponse> stored, FieldView request) {
        // §4.1: where some responses have a Vary, those without it say nothing about what they were
        // chosen by
        boolean varies = stored.stream().anyMatch(Variants::varies);
        StoredResponse best = null;
        for (StoredResponse one : stored) {
            if (varies(one) != varies || !one.key().matches(request)) continue;
            // §4: the most recent one, as its Date tells
            if (best == null || isNewer(one, best)) best = one;
        }
        return best;
    }

    private static boolean varies(StoredResponse response) {
        return response.facts().has(StoredFacts.VARIES);
    }

    /// Whether a response was made after another one.
    static boolean isNewer(StoredResponse one, StoredResponse other) {
        long dates = one.facts().dateMillis() - other.facts().dateMillis();
        return dates > 0
                || (dates == 0 && one.facts().responseMillis() > other.facts().responseMillis());
    }
}
