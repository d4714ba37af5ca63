package io.breakwater.cache.policy;

import io.breakwater.cache.policy.CacheRules.Directives;
import io.breakwater.cache.policy.CacheRules.Posts;
import io.breakwater.cache.policy.CacheRules.SetCookie;
import io.breakwater.cache.policy.CacheRules.StatusTtls;
import io.breakwater.cache.policy.KeyRules.Order;
import io.breakwater.cache.policy.KeyRules.Part;
import io.breakwater.cache.policy.KeyRules.Query;
import io.breakwater.config.CacheKeyConfig;
import io.breakwater.config.CachePolicyConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a configured cache policy into the rules that decisions are made by.
public final class PolicyCompiler {
    private PolicyCompiler() {}

    /// The rules for messages.
    ///
    /// @param policy the policy
    /// @return its rules
    public static CacheRules rules(CachePolicyConfig policy) {
        List<StatusTtls.Entry> ttls = new ArrayList<>();
        policy.ttl()
                .forEach((status, time) ->
                        ttls.add(new StatusTtls.Entry(status(status), time.toMillis())));
        return new CacheRules(
                directives(policy.originDirectives()),
                directives(policy.requestDirectives()),
                new StatusTtls(ttls),
                millis(policy.defaultTtl()),
                millis(policy.maxTtl()),
                policy.staleOnError().toMillis(),
                policy.staleWhileUpdating().toMillis(),
                switch (policy.setCookie()) {
                    case REFUSE -> SetCookie.REFUSE;
                    case STRIP -> SetCookie.STRIP;
                    case STORE -> SetCookie.STORE;
                },
                policy.methods().contains("POST") ? Posts.STORE : Posts.PASS,
                Set.copyOf(policy.ignoreVary()));
    }

    /// A status, or the first digit of a class such as `4xx`.
    private static int status(String written) {
        return Integer.parseInt(written.endsWith("xx") ? written.substring(0, 1) : written);
    }

    private static Directives directives(CachePolicyConfig.Directives written) {
        return switch (written) {
            case HONOUR -> Directives.HONOUR;
            case IGNORE -> Directives.IGNORE;
        };
    }

    private static long millis(@Nullable Duration time) {
        return time == null ? CacheRules.NONE : time.toMillis();
    }

    /// The rules for keys.
    ///
    /// @param key what tells stored responses apart
    /// @return its rules
    public static KeyRules key(CacheKeyConfig key) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        if (key.scheme()) parts.add(Part.SCHEME);
        if (key.host()) parts.add(Part.HOST);
        if (key.path()) parts.add(Part.PATH);
        return new KeyRules(
                parts,
                switch (key.query()) {
                    case ALL -> Query.ALL;
                    case NONE -> Query.NONE;
                    case INCLUDE -> Query.INCLUDE;
                    case EXCLUDE -> Query.EXCLUDE;
                },
                key.sort() ? Order.SORT : Order.KEEP,
                Set.copyOf(key.queryNames()),
                key.headers(),
                key.cookies());
    }
}
