package io.breakwater.cache.policy;

import org.jspecify.annotations.Nullable;

/// What one cache did with a request, as the Cache-Status field tells (RFC 9211 §2). Its member is
/// added behind those of caches nearer to the origin.
///
/// @param forward why the request was forwarded, null for a hit
/// @param forwardStatus the status that came back, 0 when it is that of the response or nothing
///   came
/// @param stored what became of the response that came back
/// @param collapsed whether it shared the forwarded request of another one
/// @param ttlSeconds time until the response is stale, negative when it is; [#NONE] to leave it out
/// @param key the cache key, null to leave it out
/// @param detail a word of this cache for the reason, null to leave it out
public record CacheStatus(
        @Nullable Forward forward,
        int forwardStatus,
        Stored stored,
        Collapsed collapsed,
        long ttlSeconds,
        @Nullable String key,
        @Nullable String detail) {
    /// No time.
    public static final long NONE = Long.MIN_VALUE;

    /// A hit that tells nothing more.
    public static final CacheStatus HIT =
            new CacheStatus(null, 0, Stored.NO, Collapsed.NO, NONE, null, null);

    /// Why a request was forwarded (RFC 9211 §2.2).
    public enum Forward {
        /// The cache was not asked.
        BYPASS("bypass"),
        /// The method.
        METHOD("method"),
        /// Nothing of the URI is stored.
        URI_MISS("uri-miss"),
        /// No variant matches.
        VARY_MISS("vary-miss"),
        /// The request's own directives.
        REQUEST("request"),
        /// The stored response is stale.
        STALE("stale"),
        /// Not all wanted bytes are stored.
        PARTIAL("partial");

        private final String token;

        Forward(String token) {
            this.token = token;
        }

        /// The reason of a decision.
        ///
        /// @param decision the decision
        /// @return null when the request was not forwarded
        public static @Nullable Forward of(ReuseDecision decision) {
            return switch (decision) {
                case ReuseDecision.Hit hit -> null;
                case ReuseDecision.Stale stale -> null;
                case ReuseDecision.Unavailable unavailable -> null;
                case ReuseDecision.Revalidate revalidate ->
                        revalidate == ReuseDecision.Revalidate.REQUEST ? REQUEST : STALE;
                case ReuseDecision.Miss miss ->
                        switch (miss) {
                            case KEY -> URI_MISS;
                            case VARIANT -> VARY_MISS;
                            case PARTIAL -> PARTIAL;
                        };
                case ReuseDecision.Bypass bypass ->
                        bypass == ReuseDecision.Bypass.METHOD ? METHOD : BYPASS;
            };
        }
    }

    /// Whether the response that came back was stored.
    public enum Stored {
        /// It was.
        YES,
        /// It was not.
        NO
    }

    /// Whether a forwarded request was shared.
    public enum Collapsed {
        /// It was.
        YES,
        /// It was not.
        NO
    }

    /// The member of the list.
    ///
    /// @param cache the name of this cache, a token
    /// @return such as `breakwater; fwd=stale; fwd-status=304; stored; ttl=60`
    public String text(String cache) {
        StringBuilder text = new StringBuilder(cache);
        if (forward == null) text.append("; hit");
        else text.append("; fwd=").append(forward.token);
        // §2.3, §2.5, §2.6: these tell of a forwarded request
        if (forward != null && forwardStatus > 0)
            text.append("; fwd-status=").append(forwardStatus);
        if (ttlSeconds != NONE) text.append("; ttl=").append(ttlSeconds);
        if (forward != null && stored == Stored.YES) text.append("; stored");
        if (forward != null && collapsed == Collapsed.YES) text.append("; collapsed");
        if (key != null) string(text.append("; key="), key);
        if (detail != null) text.append("; detail=").append(detail);
        return text.toString();
    }

    /// RFC 9651 §3.3.3: printable ASCII, quotes and backslashes escaped.
    private static void string(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') text.append('\\');
            text.append(c < ' ' || c > '~' ? '?' : c);
        }
        text.append('"');
    }
}
