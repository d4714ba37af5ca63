package io.breakwater.cache.policy;

import io.breakwater.http.CacheControl;
import io.breakwater.http.HttpDates;
import org.jspecify.annotations.Nullable;

/// How long a response is fresh (RFC 9111 §4.2.1), and why.
///
/// @param lifetimeMillis counted from the response's origin, as its age is; 0 or more
/// @param source what the time comes from
public record Freshness(long lifetimeMillis, Source source) {
    /// Share of the time since the last change for which a response is taken to stay as it is.
    private static final int HEURISTIC_DIVISOR = 10;

    private static final long MOST_HEURISTIC_MILLIS = 86_400_000;

    /// What a lifetime comes from, the strongest first.
    public enum Source {
        /// `s-maxage`.
        SHARED_MAX_AGE,
        /// `max-age`.
        MAX_AGE,
        /// Expires.
        EXPIRES,
        /// The policy's time for the status.
        STATUS_TTL,
        /// The policy's default time.
        DEFAULT_TTL,
        /// A share of the time since Last-Modified.
        HEURISTIC,
        /// Nothing: stale from the start.
        NONE;

        /// Whether the origin said it.
        ///
        /// @return true for an explicit expiration time (RFC 9111 §4.2)
        public boolean isExplicit() {
            return compareTo(EXPIRES) <= 0;
        }
    }

    /// Calculates the lifetime.
    ///
    /// @param response the response
    /// @param directives its directives
    /// @param rules the rules
    /// @return the lifetime, at most the policy's longest
    public static Freshness of(Received response, OriginDirectives directives, CacheRules rules) {
        Freshness freshness = explicit(response, directives);
        if (freshness == null) freshness = configured(response, rules);
        // §4.2.2: no estimate where an explicit time is present
        if (freshness == null) freshness = heuristic(response, directives);
        if (rules.maxTtlMillis() == CacheRules.NONE) return freshness;
        long most = response.initialAgeMillis() + rules.maxTtlMillis();
        return freshness.lifetimeMillis <= most ? freshness : new Freshness(most, freshness.source);
    }

    private static @Nullable Freshness explicit(Received response, OriginDirectives directives) {
        CacheControl control = directives.control();
        // §4.2.1: the first that is there, in this order
        if (control.sharedMaxAgeSeconds() != CacheControl.ABSENT)
            return new Freshness(control.sharedMaxAgeSeconds() * 1000, Source.SHARED_MAX_AGE);
        if (control.maxAgeSeconds() != CacheControl.ABSENT)
            return new Freshness(control.maxAgeSeconds() * 1000, Source.MAX_AGE);
        if (directives.source() != OriginDirectives.Source.STANDARD
                || !response.fields().has("Expires")) return null;
        long expires = response.date("Expires");
        // §5.3: a date that cannot be read, above all "0", lies in the past
        long lifetime = expires == HttpDates.NONE ? 0 : expires - response.dateMillis();
        return new Freshness(Math.max(0, lifetime), Source.EXPIRES);
    }

    /// The policy counts from receipt: what other caches did before is not in its times.
    private static @Nullable Freshness configured(Received response, CacheRules rules) {
        long byStatus = rules.ttls().of(response.status());
        if (byStatus != CacheRules.NONE)
            return new Freshness(response.initialAgeMillis() + byStatus, Source.STATUS_TTL);
        if (rules.defaultTtlMillis() == CacheRules.NONE
                || !Statuses.isHeuristicallyCacheable(response.status())) return null;
        return new Freshness(
                response.initialAgeMillis() + rules.defaultTtlMillis(), Source.DEFAULT_TTL);
    }

    private static Freshness heuristic(Received response, OriginDirectives directives) {
        long modified = response.lastModifiedMillis();
        // §4.2.2: only where the status allows it or the response is marked as cacheable
        boolean allowed =
                Statuses.isHeuristicallyCacheable(response.status())
                        || directives.control().has(CacheControl.PUBLIC);
        if (!allowed || modified == HttpDates.NONE) return new Freshness(0, Source.NONE);
        long unchanged = Math.max(0, response.dateMillis() - modified);
        return new Freshness(
                Math.min(unchanged / HEURISTIC_DIVISOR, MOST_HEURISTIC_MILLIS), Source.HEURISTIC);
    }
}
