package io.breakwater.cache.policy;

import io.breakwater.http.CacheControl;

/// What decides on a stored response, worked out when it was stored, so that a hit costs two
/// comparisons. All times are milliseconds since 1970.
///
/// @param status the status
/// @param flags see the constants
/// @param requestMillis when the request was sent
/// @param responseMillis when the response was received or last validated
/// @param dateMillis its Date, or the time of receipt
/// @param lastModifiedMillis Last-Modified, [io.breakwater.http.HttpDates#NONE] for none
/// @param bornMillis when its age was 0 (RFC 9111 §4.2.3)
/// @param freshUntilMillis from when on it is stale
/// @param staleWhileUpdatingUntilMillis until when it may be served stale while it is fetched anew
/// @param staleOnErrorUntilMillis until when it may be served stale when the node fails
public record StoredFacts(
        int status,
        int flags,
        long requestMillis,
        long responseMillis,
        long dateMillis,
        long lastModifiedMillis,
        long bornMillis,
        long freshUntilMillis,
        long staleWhileUpdatingUntilMillis,
        long staleOnErrorUntilMillis) {
    /// Flag: never without validation (`no-cache`).
    public static final int NO_CACHE = 1;

    /// Flag: never stale, neither by `max-stale` nor without connection.
    public static final int NEVER_STALE = 1 << 1;

    /// Flag: a part of a representation (206).
    public static final int PARTIAL = 1 << 2;

    /// Flag: it has an entity tag.
    public static final int TAGGED = 1 << 3;

    /// Flag: it was chosen by fields of its request (Vary).
    public static final int VARIES = 1 << 4;

    /// Flag: the lifetime is an estimate.
    public static final int HEURISTIC = 1 << 5;

    /// Flag: the body must not be changed (`no-transform`).
    public static final int NO_TRANSFORM = 1 << 6;

    /// Flag: its body is stored in slices ([Slices]), none of it with the head.
    public static final int SLICED = 1 << 7;

    /// Works the facts out.
    ///
    /// @param response the response
    /// @param directives its directives
    /// @param freshness its lifetime
    /// @param rules the rules
    /// @return the facts, without [#VARIES] and [#SLICED]
    static StoredFacts of(
            Received response, OriginDirectives directives, Freshness freshness, CacheRules rules) {
        CacheControl control = directives.control();
        int flags = 0;
        if (control.has(CacheControl.NO_CACHE)) flags |= NO_CACHE;
        boolean forbidden =
                control.hasAny(CacheControl.MUST_REVALIDATE | CacheControl.PROXY_REVALIDATE);
        // RFC 9111 §5.2.2.10: s-maxage says proxy-revalidate too
        boolean shared = control.sharedMaxAgeSeconds() != CacheControl.ABSENT;
        if (forbidden || shared) flags |= NEVER_STALE;
        if (response.status() == 206) flags |= PARTIAL;
        if (response.fields().has("ETag")) flags |= TAGGED;
        if (freshness.source() == Freshness.Source.HEURISTIC) flags |= HEURISTIC;
        if (control.has(CacheControl.NO_TRANSFORM)) flags |= NO_TRANSFORM;
        long born = response.responseMillis() - response.initialAgeMillis();
        long end = born + freshness.lifetimeMillis();
        boolean never = forbidden || control.has(CacheControl.NO_CACHE);
        return new StoredFacts(
                response.status(),
                flags,
                response.requestMillis(),
                response.responseMillis(),
                response.dateMillis(),
                response.lastModifiedMillis(),
                born,
                end,
                end
                        + window(
                                never,
                                control.staleWhileRevalidateSeconds(),
                                shared ? 0 : rules.staleWhileUpdatingMillis()),
                end
                        + window(
                                never,
                                control.staleIfErrorSeconds(),
                                shared ? 0 : rules.staleOnErrorMillis()));
    }

    /// RFC 9111 §4.2.4: what the origin forbids in so many words stays forbidden. Else its own
    /// window counts, also beside s-maxage, which an extension may refine (§5.2.3); then the
    /// policy's.
    private static long window(boolean never, long seconds, long configuredMillis) {
        if (never) return 0;
        return seconds == CacheControl.ABSENT ? configuredMillis : seconds * 1000;
    }

    StoredFacts with(int flag) {
        return new StoredFacts(
                status,
                flags | flag,
                requestMillis,
                responseMillis,
                dateMillis,
                lastModifiedMillis,
                bornMillis,
                freshUntilMillis,
                staleWhileUpdatingUntilMillis,
                staleOnErrorUntilMillis);
    }

    /// Whether a flag is there.
    ///
    /// @param flag one or more flags, or-ed
    /// @return true when at least one is there
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// Whether the response answers a request that says nothing about caching, without a further
    /// look: the hot path. False means that [Reuse] decides.
    ///
    /// @param nowMillis the current time
    /// @return true for a hit
    public boolean isPlainHit(long nowMillis) {
        return nowMillis < freshUntilMillis
                && (flags & (NO_CACHE | VARIES | PARTIAL | SLICED)) == 0;
    }

    /// The age (RFC 9111 §4.2.3), which the Age field of every answer without validation tells.
    ///
    /// @param nowMillis the current time
    /// @return milliseconds, 0 or more even when the clock was set back
    public long ageMillis(long nowMillis) {
        return Math.max(0, nowMillis - bornMillis);
    }

    /// The time to live.
    ///
    /// @param nowMillis the current time
    /// @return milliseconds until the response is stale, negative afterwards
    public long ttlMillis(long nowMillis) {
        return freshUntilMillis - nowMillis;
    }

    /// The same response, stale from a time on: what a HEAD response that differs does to it (RFC
    /// 9111 §4.3.5).
    ///
    /// @param nowMillis the current time
    /// @return facts that are stale by then; their stale windows begin then at the latest
    public StoredFacts staleFrom(long nowMillis) {
        long sooner = Math.max(0, freshUntilMillis - nowMillis);
        return new StoredFacts(
                status,
                flags,
                requestMillis,
                responseMillis,
                dateMillis,
                lastModifiedMillis,
                bornMillis,
                freshUntilMillis - sooner,
                staleWhileUpdatingUntilMillis - sooner,
                staleOnErrorUntilMillis - sooner);
    }
}
