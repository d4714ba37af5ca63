package io.breakwater.cache.policy;

import io.breakwater.cache.policy.StoreDecision.Pass;
import io.breakwater.cache.policy.StoreDecision.Store;
import io.breakwater.cache.policy.Storing.Asked;
import io.breakwater.http.FieldList;
import io.breakwater.http.HttpDates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Messages and rules as tables write them: fields parted by `;;`, dates as `@` and seconds from
/// now.
final class Told {
    static final long NOW = Instant.parse("2026-11-26T12:00:00Z").toEpochMilli();
    static final RequestTarget TARGET =
            new RequestTarget("https", "example.com", -1, "/shop/item?id=1");
    private static final Pattern TIME = Pattern.compile("@([+-]\\d+)");

    private Told() {}

    static FieldList fields(@Nullable String table) {
        FieldList.Builder fields = FieldList.builder();
        if (table == null || table.isBlank()) return fields.build();
        for (String line : table.split(";;", -1)) {
            int colon = line.indexOf(':');
            String value =
                    TIME.matcher(line.substring(colon + 1).strip())
                            .replaceAll(time -> HttpDates.format(at(time.group(1))));
            fields.add(line.substring(0, colon).strip(), value);
        }
        return fields.build();
    }

    static long at(String seconds) {
        return NOW + Long.parseLong(seconds) * 1000;
    }

    static Received received(int status, @Nullable String fields) {
        return new Received(status, fields(fields), NOW, NOW);
    }

    static RequestFacts request(String method, @Nullable String fields) {
        return RequestFacts.of(method, fields(fields), CacheRules.STANDARD);
    }

    static StoreDecision decide(
            CacheRules rules, String method, @Nullable String request, Received response) {
        FieldList fields = fields(request);
        Asked asked = new Asked(RequestFacts.of(method, fields, rules), fields, TARGET);
        return new Storing(rules, List.of("Surrogate-Key", "Cache-Tag")).decide(asked, response);
    }

    /// `store`, or the reason why not.
    static String verdict(
            CacheRules rules, String method, @Nullable String request, int status, String fields) {
        return switch (decide(rules, method, request, received(status, fields))) {
            case Store store -> "store";
            case Pass(var refusal) -> refusal.name();
        };
    }

    static StoredResponse stored(String fields) {
        return stored(CacheRules.STANDARD, null, 200, fields);
    }

    static StoredResponse stored(
            CacheRules rules, @Nullable String request, int status, String fields) {
        return switch (decide(rules, "GET", request, received(status, fields))) {
            case Store(var response, var freshness) -> response;
            case Pass(var refusal) -> throw new AssertionError(fields + ": " + refusal);
        };
    }

    /// The standard rules with something of their own.
    static Rules rules() {
        return new Rules();
    }

    /// Makes rules.
    static final class Rules {
        private CacheRules.Directives origin = CacheRules.Directives.HONOUR;
        private CacheRules.Directives requests = CacheRules.Directives.HONOUR;
        private CacheRules.StatusTtls ttls = CacheRules.StatusTtls.NONE;
        private long defaultTtl = CacheRules.NONE;
        private long maxTtl = CacheRules.NONE;
        private long staleOnError;
        private long staleWhileUpdating;
        private CacheRules.SetCookie setCookie = CacheRules.SetCookie.REFUSE;
        private CacheRules.Posts posts = CacheRules.Posts.PASS;
        private Set<String> ignoredVary = Set.of();

        Rules ignoringOrigin() {
            origin = CacheRules.Directives.IGNORE;
            return this;
        }

        Rules ignoringRequests() {
            requests = CacheRules.Directives.IGNORE;
            return this;
        }

        Rules ttl(int status, long seconds) {
            List<CacheRules.StatusTtls.Entry> entries = new ArrayList<>(ttls.entries());
            entries.add(new CacheRules.StatusTtls.Entry(status, seconds * 1000));
            ttls = new CacheRules.StatusTtls(entries);
            return this;
        }

        Rules defaultTtl(long seconds) {
            defaultTtl = seconds * 1000;
            return this;
        }

        Rules maxTtl(long seconds) {
            maxTtl = seconds * 1000;
            return this;
        }

        Rules stale(long whileUpdatingSeconds, long onErrorSeconds) {
            staleWhileUpdating = whileUpdatingSeconds * 1000;
            staleOnError = onErrorSeconds * 1000;
            return this;
        }

        Rules setCookie(CacheRules.SetCookie what) {
            setCookie = what;
            return this;
        }

        Rules storingPosts() {
            posts = CacheRules.Posts.STORE;
            return this;
        }

        Rules ignoringVary(String... names) {
            ignoredVary = Set.of(names);
            return this;
        }

        CacheRules done() {
            return new CacheRules(
                    origin,
                    requests,
                    ttls,
                    defaultTtl,
                    maxTtl,
                    staleOnError,
                    staleWhileUpdating,
                    setCookie,
                    posts,
                    ignoredVary);
        }
    }
}
