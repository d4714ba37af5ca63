package io.breakwater.cache.policy;

import io.breakwater.cache.policy.CacheRules.Directives;
import io.breakwater.http.CacheControl;
import io.breakwater.http.FieldList;
import io.breakwater.http.FieldView;

/// What caching has to know of a request, read from it once. Requests without any of it share two
/// constants, so that the common request allocates nothing.
///
/// @param method what its method means to a cache
/// @param flags see the constants
/// @param maxAgeMillis `max-age` of the request, [#NONE] when absent
/// @param maxStaleMillis `max-stale`, [#NONE] when absent, `Long.MAX_VALUE` for any time
/// @param minFreshMillis `min-fresh`, 0 when absent
public record RequestFacts(
        Method method, int flags, long maxAgeMillis, long maxStaleMillis, long minFreshMillis) {
    /// No such directive.
    public static final long NONE = -1;

    /// Flag: `no-cache`, or Pragma with it.
    public static final int NO_CACHE = 1;

    /// Flag: `no-store`.
    public static final int NO_STORE = 1 << 1;

    /// Flag: `only-if-cached`.
    public static final int ONLY_IF_CACHED = 1 << 2;

    /// Flag: there is an Authorization field.
    public static final int AUTHORIZED = 1 << 3;

    /// Flag: there is a Range field.
    public static final int RANGE = 1 << 4;

    /// Flag: If-None-Match or If-Modified-Since, which a cache answers.
    public static final int CONDITIONAL = 1 << 5;

    /// Flag: If-Match or If-Unmodified-Since, which only the origin answers.
    public static final int ORIGIN_CONDITION = 1 << 6;

    /// Flag: the request has content.
    public static final int CONTENT = 1 << 7;

    private static final int HAS_CONTROL = 1 << 30;
    private static final int HAS_PRAGMA = 1 << 29;
    private static final RequestFacts GET = new RequestFacts(Method.GET, 0, NONE, NONE, 0);
    private static final RequestFacts HEAD = new RequestFacts(Method.HEAD, 0, NONE, NONE, 0);

    /// What a method means to a cache.
    public enum Method {
        /// GET.
        GET,
        /// HEAD.
        HEAD,
        /// POST: unsafe, but its response may be stored.
        POST,
        /// Another safe method: passes.
        SAFE,
        /// An unsafe method, or one whose safety is not known: passes, and invalidates (RFC 9111
        /// §4.4).
        UNSAFE;

        /// The meaning of a method.
        ///
        /// @param method the method as sent; case matters (RFC 9110 §9.1)
        /// @return what it means
        public static Method of(String method) {
            return switch (method) {
                case "GET" -> GET;
                case "HEAD" -> HEAD;
                case "POST" -> POST;
                case "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY" -> SAFE;
                default -> UNSAFE;
            };
        }

        /// Whether such a request may change what is at its target.
        ///
        /// @return false for safe methods
        public boolean isUnsafe() {
            return this == POST || this == UNSAFE;
        }
    }

    /// Reads a request. One pass over the names of its fields.
    ///
    /// @param method the method as sent
    /// @param fields the fields of the request
    /// @param rules the rules, which may ignore directives of requests
    /// @return the facts
    public static RequestFacts of(String method, FieldView fields, CacheRules rules) {
        Method meaning = Method.of(method);
        int seen = 0;
        for (int i = 0; i < fields.size(); i++) seen |= seen(fields.name(i), fields, i);
        int flags = seen & ~(HAS_CONTROL | HAS_PRAGMA);
        if (seen == 0 && meaning == Method.GET) return GET;
        if (seen == 0 && meaning == Method.HEAD) return HEAD;
        if (rules.requestDirectives() == Directives.IGNORE || (seen ^ flags) == 0)
            return new RequestFacts(meaning, flags, NONE, NONE, 0);
        return withDirectives(meaning, flags, fields);
    }

    private static int seen(String name, FieldView fields, int index) {
        return switch (name.length()) {
            case 5 -> name.equalsIgnoreCase("Range") ? RANGE : 0;
            case 6 -> name.equalsIgnoreCase("Pragma") ? HAS_PRAGMA : 0;
            case 8 -> name.equalsIgnoreCase("If-Match") ? ORIGIN_CONDITION : 0;
            case 13 ->
                    name.equalsIgnoreCase("Cache-Control")
                            ? HAS_CONTROL
                            : name.equalsIgnoreCase("Authorization")
                                    ? AUTHORIZED
                                    : name.equalsIgnoreCase("If-None-Match") ? CONDITIONAL : 0;
            case 14 ->
                    name.equalsIgnoreCase("Content-Length") && !fields.value(index).equals("0")
                            ? CONTENT
                            : 0;
            case 17 ->
                    name.equalsIgnoreCase("If-Modified-Since")
                            ? CONDITIONAL
                            : name.equalsIgnoreCase("Transfer-Encoding") ? CONTENT : 0;
            case 19 -> name.equalsIgnoreCase("If-Unmodified-Since") ? ORIGIN_CONDITION : 0;
            default -> 0;
        };
    }

    private static RequestFacts withDirectives(Method method, int found, FieldView fields) {
        CacheControl control = CacheControl.of(fields);
        int flags = found;
        if (control.has(CacheControl.NO_CACHE) || !control.noCacheFields().isEmpty())
            flags |= NO_CACHE;
        if (control.has(CacheControl.NO_STORE)) flags |= NO_STORE;
        if (control.has(CacheControl.ONLY_IF_CACHED)) flags |= ONLY_IF_CACHED;
        // RFC 9111 §5.4: Pragma is for those who know no Cache-Control
        if (!fields.has("Cache-Control") && hasPragmaNoCache(fields)) flags |= NO_CACHE;
        return new RequestFacts(
                method,
                flags,
                millis(control.maxAgeSeconds()),
                millis(control.maxStaleSeconds()),
                Math.max(0, millis(control.minFreshSeconds())));
    }

    private static boolean hasPragmaNoCache(FieldView fields) {
        String pragma = fields.combined("Pragma");
        return pragma != null
                && CacheControl.of(FieldList.of("Cache-Control", pragma))
                        .has(CacheControl.NO_CACHE);
    }

    private static long millis(long directive) {
        boolean noNumber = directive < 0 || directive == CacheControl.ANY;
        return noNumber ? directive : directive * 1000;
    }

    /// Whether a flag is there.
    ///
    /// @param flag one or more flags, or-ed
    /// @return true when at least one is there
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// The same request with content that no field tells of, as HTTP/2 allows.
    ///
    /// @return facts with [#CONTENT]
    public RequestFacts withContent() {
        return new RequestFacts(
                method, flags | CONTENT, maxAgeMillis, maxStaleMillis, minFreshMillis);
    }

    /// Whether a fresh stored response answers the request as it is: a GET that says nothing about
    /// caching, conditions or ranges.
    ///
    /// @return true for most requests
    public boolean isPlain() {
        return method == Method.GET && flags == 0 && !wantsCare();
    }

    /// Whether the request says anything about how old an answer may be.
    boolean wantsCare() {
        return has(NO_CACHE)
                || maxAgeMillis != NONE
                || maxStaleMillis != NONE
                || minFreshMillis > 0;
    }
}
