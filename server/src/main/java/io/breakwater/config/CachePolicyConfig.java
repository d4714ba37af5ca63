package io.breakwater.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is stored and for how long. Keys and defaults: the setting table (`Settings`).
///
/// @param name the object's name
/// @param enabled whether it is used
/// @param note free text
/// @param key what tells stored responses apart
/// @param originDirectives whether Cache-Control, Expires and their relatives of responses count
/// @param requestDirectives whether Cache-Control and Pragma of requests count
/// @param ttl times by status such as `404`, or class such as `4xx`
/// @param defaultTtl the time for others that say nothing, null to estimate it from Last-Modified
/// @param maxTtl the longest time, null for any
/// @param staleOnError how long a stale response answers while nodes fail, zero for never
/// @param staleWhileUpdating how long a stale response answers while it is fetched anew
/// @param backgroundRefresh whether nobody waits for what is fetched anew
/// @param methods methods whose responses are stored, in upper case
/// @param maxObjectSize bytes of one stored response
/// @param slice bytes of the slices in which GET responses are fetched and stored, 0 for whole ones
/// @param minUses from which request on a response is stored
/// @param setCookie what is done with responses that set cookies
/// @param ignoreVary members of Vary that do not count, in lower case
/// @param keepFilling bytes up to which a fill goes on when its clients are gone
/// @param bypass requests that go to the upstream as if nothing were stored
/// @param noStore requests whose responses are not stored
/// @param collapse whether requests for the same response wait for one that is on its way
/// @param lockTimeout how long they wait for its head
/// @param tagHeaders fields of responses that hold tags
/// @param purgeFrom addresses from which PURGE is accepted
/// @param debugHeaders whether responses tell what the cache did
public record CachePolicyConfig(
        String name,
        boolean enabled,
        String note,
        CacheKeyConfig key,
        Directives originDirectives,
        Directives requestDirectives,
        Map<String, Duration> ttl,
        @Nullable Duration defaultTtl,
        @Nullable Duration maxTtl,
        Duration staleOnError,
        Duration staleWhileUpdating,
        boolean backgroundRefresh,
        List<String> methods,
        long maxObjectSize,
        long slice,
        int minUses,
        SetCookie setCookie,
        List<String> ignoreVary,
        long keepFilling,
        List<CacheCondition> bypass,
        List<CacheCondition> noStore,
        boolean collapse,
        Duration lockTimeout,
        List<String> tagHeaders,
        List<Cidr> purgeFrom,
        boolean debugHeaders) {
    /// Copies the collections.
    public CachePolicyConfig {
        ttl = Map.copyOf(ttl);
        methods = List.copyOf(methods);
        ignoreVary = List.copyOf(ignoreVary);
        bypass = List.copyOf(bypass);
        noStore = List.copyOf(noStore);
        tagHeaders = List.copyOf(tagHeaders);
        purgeFrom = List.copyOf(purgeFrom);
    }

    /// Whether directives of a side count.
    public enum Directives {
        /// They do.
        HONOUR,
        /// They do not.
        IGNORE
    }

    /// What is done with responses that set cookies.
    public enum SetCookie {
        /// They are not stored.
        REFUSE,
        /// They are stored without the cookies.
        STRIP,
        /// They are stored as they are.
        STORE
    }
}
