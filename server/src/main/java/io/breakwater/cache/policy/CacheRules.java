package io.breakwater.cache.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a cache policy says, as far as decisions on messages need it.
///
/// @param originDirectives whether Cache-Control, Expires and their relatives of responses count
/// @param requestDirectives whether Cache-Control and Pragma of requests count
/// @param ttls times by status, for responses that say nothing themselves
/// @param defaultTtlMillis the time for other responses that say nothing, [#NONE] to estimate it
///   from Last-Modified
/// @param maxTtlMillis the longest time that a response is fresh after it was received, [#NONE] for
///   any
/// @param staleOnErrorMillis how long a stale response may be served when its node fails, 0 for
///   never
/// @param staleWhileUpdatingMillis how long a stale response may be served while it is fetched
///   anew, 0 for never
/// @param setCookie what is done with responses that set cookies
/// @param storesPosts whether responses to POST may be stored for later GETs
/// @param ignoredVary members of Vary that are not looked at, lower case; `*` for that one
public record CacheRules(
        Directives originDirectives,
        Directives requestDirectives,
        StatusTtls ttls,
        long defaultTtlMillis,
        long maxTtlMillis,
        long staleOnErrorMillis,
        long staleWhileUpdatingMillis,
        SetCookie setCookie,
        Posts storesPosts,
        Set<String> ignoredVary) {
    /// No such time.
    public static final long NONE = -1;

    /// What RFC 9111 says where nothing is configured: no time of our own, nothing stale that
    /// nobody allowed.
    public static final CacheRules STANDARD =
            new CacheRules(
                    Directives.HONOUR,
                    Directives.HONOUR,
                    StatusTtls.NONE,
                    NONE,
                    NONE,
                    0,
                    0,
                    SetCookie.REFUSE,
                    Posts.PASS,
                    Set.of());

    /// Copies the set.
    public CacheRules {
        ignoredVary = Set.copyOf(ignoredVary);
    }

    /// The same rules, but for a member of Vary that counts even if it is to be ignored.
    ///
    /// @param name the member in lower case
    /// @return this when it counts already
    public CacheRules countingVary(String name) {
        if (!ignoredVary.contains(name)) return this;
        Set<String> others = new HashSet<>(ignoredVary);
        others.remove(name);
        return new CacheRules(
                originDirectives,
                requestDirectives,
                ttls,
                defaultTtlMillis,
                maxTtlMillis,
                staleOnErrorMillis,
                staleWhileUpdatingMillis,
                setCookie,
                storesPosts,
                others);
    }

    /// Whether directives of a side count.
    public enum Directives {
        /// As RFC 9111 says.
        HONOUR,
        /// As if they were not there.
        IGNORE
    }

    /// What is done with responses that set cookies.
    public enum SetCookie {
        /// They are not stored, whatever else they say: a cookie of one client must not reach
        /// another.
        REFUSE,
        /// They are stored without Set-Cookie.
        STRIP,
        /// They are stored as they are, as RFC 9111 §7.3 allows.
        STORE
    }

    /// What is done with responses to POST.
    public enum Posts {
        /// They pass.
        PASS,
        /// Those with explicit freshness and a Content-Location of the same URI are stored for
        /// later GETs (RFC 9110 §9.3.3).
        STORE
    }

    /// Times by status.
    ///
    /// @param entries the times; a status wins over its class
    public record StatusTtls(List<Entry> entries) {
        /// No times.
        public static final StatusTtls NONE = new StatusTtls(List.of());

        /// Copies the list.
        public StatusTtls {
            entries = List.copyOf(entries);
        }

        /// The time of a status.
        ///
        /// @param status the status
        /// @return milliseconds, [CacheRules#NONE] when there is none
        public long of(int status) {
            long found = CacheRules.NONE;
            for (Entry entry : entries) {
                if (entry.status == status) return entry.millis;
                if (entry.status == status / 100) found = entry.millis;
            }
            return found;
        }

        /// One time.
        ///
        /// @param status a status, or 1 to 5 for a class
        /// @param millis 0 or more; 0 says that such responses are not stored
        public record Entry(int status, long millis) {}
    }
}
