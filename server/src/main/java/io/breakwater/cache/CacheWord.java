package io.breakwater.cache;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the cache did for a request, as the access log has it (`$cache_status`).
public enum CacheWord {
    /// Answered from what is stored.
    HIT,
    /// Answered from what is stored although it is stale.
    STALE,
    /// Answered from what is stored, after its upstream said that it is still good.
    REVALIDATED,
    /// Answered from a response that was on its way for another request.
    COLLAPSED,
    /// What was stored was stale, and its upstream had something new.
    EXPIRED,
    /// Nothing that could answer was stored.
    MISS,
    /// The cache was not asked.
    BYPASS,
    /// A purge by the method PURGE.
    PURGE;

    private final String text = name().toLowerCase(Locale.ROOT);

    /// The word.
    ///
    /// @return in lower case
    public String text() {
        return text;
    }

    /// The word that a log has.
    ///
    /// @param text the word, null for none
    /// @return null for none
    static @Nullable CacheWord of(@Nullable String text) {
        for (CacheWord word : values()) if (word.text.equals(text)) return word;
        return null;
    }

    /// Whether the body came without a fetch of the request's own.
    ///
    /// @return true for what saves bytes
    public boolean saves() {
        return switch (this) {
            case HIT, STALE, REVALIDATED, COLLAPSED -> true;
            case EXPIRED, MISS, BYPASS, PURGE -> false;
        };
    }
}
