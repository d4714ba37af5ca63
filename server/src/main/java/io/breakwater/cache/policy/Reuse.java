package io.breakwater.cache.policy;

import io.breakwater.cache.policy.RequestFacts.Method;
import io.breakwater.cache.policy.ReuseDecision.Bypass;
import io.breakwater.cache.policy.ReuseDecision.Hit;
import io.breakwater.cache.policy.ReuseDecision.Revalidate;
import io.breakwater.cache.policy.ReuseDecision.Stale;
import io.breakwater.cache.policy.ReuseDecision.Unavailable;
import org.jspecify.annotations.Nullable;

/// Decides whether a stored response answers a request (RFC 9111 §4). Allocates nothing.
public final class Reuse {
    private Reuse() {}

    /// What happened to a stored response since it was stored.
    public enum Mark {
        /// Nothing.
        NONE,
        /// It was purged softly: it must be validated, and may be served stale when that fails.
        PURGED,
        /// An unsafe request went to its URI: it must be validated (§4.4).
        INVALIDATED
    }

    /// Decides by the request alone, before anything is looked up.
    ///
    /// @param request the request
    /// @return null when stored responses are looked for
    public static @Nullable Bypass before(RequestFacts request) {
        // §4: unsafe requests are written through; other methods have nothing stored
        if (request.method() != Method.GET && request.method() != Method.HEAD) return Bypass.METHOD;
        // RFC 9110 §9.3.1: content of a GET has no defined meaning, so it has none for the key
        // either
        if (request.has(RequestFacts.CONTENT)) return Bypass.CONTENT;
        // §4.3.2: a cache must not evaluate what only the origin answers
        return request.has(RequestFacts.ORIGIN_CONDITION) ? Bypass.ORIGIN_CONDITION : null;
    }

    /// Decides when nothing is stored that could answer.
    ///
    /// @param request the request
    /// @param miss why
    /// @return the miss, or 504 for `only-if-cached` (§5.2.1.7)
    public static ReuseDecision without(RequestFacts request, ReuseDecision.Miss miss) {
        return request.has(RequestFacts.ONLY_IF_CACHED) ? Unavailable.ONLY_IF_CACHED : miss;
    }

    /// Decides on a stored response whose key and variant match.
    ///
    /// @param request the request
    /// @param stored the stored response
    /// @param mark what happened to it
    /// @param nowMillis the current time
    /// @return what to do
    public static ReuseDecision decide(
            RequestFacts request, StoredFacts stored, Mark mark, long nowMillis) {
        ReuseDecision decision = decideAnyway(request, stored, mark, nowMillis);
        boolean forwards = decision instanceof Revalidate;
        return forwards && request.has(RequestFacts.ONLY_IF_CACHED)
                ? Unavailable.ONLY_IF_CACHED
                : decision;
    }

    private static ReuseDecision decideAnyway(
            RequestFacts request, StoredFacts stored, Mark mark, long now) {
        if (mark == Mark.INVALIDATED) return Revalidate.INVALIDATED; // §4.4
        if (mark == Mark.PURGED) return Revalidate.PURGED;
        if (stored.has(StoredFacts.NO_CACHE)) return Revalidate.NO_CACHE; // §5.2.2.4
        if (!request.wantsCare()) return byFreshness(stored, now);
        if (request.has(RequestFacts.NO_CACHE)) return Revalidate.REQUEST; // §5.2.1.4
        long age = stored.ageMillis(now);
        // §5.2.1.1
        boolean tooOld =
                request.maxAgeMillis() != RequestFacts.NONE && age > request.maxAgeMillis();
        if (tooOld) return Revalidate.REQUEST;
        long ttl = stored.ttlMillis(now);
        // §4.2: fresh means that the lifetime is greater than the age
        if (ttl > 0)
            return ttl < request.minFreshMillis() ? Revalidate.REQUEST : Hit.FRESH; // §5.2.1.3
        // §5.2.1.2, unless the origin forbids it (§4.2.4)
        if (!stored.has(StoredFacts.NEVER_STALE)
                && request.maxStaleMillis() != RequestFacts.NONE
                && -ttl <= request.maxStaleMillis()) return Stale.CLIENT_ACCEPTS;
        // §5.2.1.1, §5.2.1.3: who asks for fresh responses does not get stale ones
        return Revalidate.STALE;
    }

    private static ReuseDecision byFreshness(StoredFacts stored, long now) {
        if (now < stored.freshUntilMillis()) return Hit.FRESH;
        // RFC 5861 §3
        return now < stored.staleWhileUpdatingUntilMillis()
                ? Stale.WHILE_UPDATING
                : Revalidate.STALE;
    }

    /// Decides when the node failed: it could not be reached, did not answer in time, or answered
    /// 500, 502, 503 or 504 (RFC 5861 §4, RFC 9111 §4.3.3).
    ///
    /// @param request the request
    /// @param stored the stored response
    /// @param mark what happened to it
    /// @param nowMillis the current time
    /// @return null when the stored response must not answer: the client gets the failure, which is
    ///   504 without one (§5.2.2.2)
    public static @Nullable Stale onError(
            RequestFacts request, StoredFacts stored, Mark mark, long nowMillis) {
        if (mark == Mark.INVALIDATED || stored.has(StoredFacts.NO_CACHE)) return null;
        // What the request itself demands is not met by a stale response.
        if (request.has(RequestFacts.NO_CACHE)) return null;
        boolean tooOld =
                request.maxAgeMillis() != RequestFacts.NONE
                        && stored.ageMillis(nowMillis) > request.maxAgeMillis();
        if (tooOld && request.maxStaleMillis() == RequestFacts.NONE) return null;
        return nowMillis < stored.staleOnErrorUntilMillis() ? Stale.ON_ERROR : null;
    }

    /// Whether the origin demands that a stored response is validated, so that a client must be
    /// told when it cannot be.
    ///
    /// @param stored the stored response
    /// @return true with `must-revalidate`, `proxy-revalidate`, `s-maxage` (§5.2.2.2, §5.2.2.8,
    ///   §5.2.2.10) or `no-cache` (§5.2.2.4)
    public static boolean mustValidate(StoredFacts stored) {
        return stored.has(StoredFacts.NEVER_STALE | StoredFacts.NO_CACHE);
    }

    /// Whether a status means that the node failed.
    ///
    /// @param status the status of a response to a validation
    /// @return true for 500, 502, 503 and 504
    public static boolean isError(int status) {
        return Statuses.isServerError(status);
    }
}
