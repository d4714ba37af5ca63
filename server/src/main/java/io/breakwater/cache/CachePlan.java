package io.breakwater.cache;

import io.breakwater.cache.policy.CacheRules;
import io.breakwater.cache.policy.Freshening;
import io.breakwater.cache.policy.KeyRules;
import io.breakwater.cache.policy.PolicyCompiler;
import io.breakwater.cache.policy.Storing;
import io.breakwater.config.CachePolicyConfig;
import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.Caching;
import io.breakwater.exchange.Text;
import java.util.function.Function;

/// A cache policy compiled for use: immutable, shared by all exchanges of a snapshot.
///
/// @param config as configured
/// @param key what makes a key
/// @param rules what is stored, and for how long
/// @param storing decides on responses
/// @param freshening updates stored responses
/// @param bypass requests that are not answered from the cache
/// @param noStore requests whose responses are not stored
/// @param scope what the location adds to keys, empty for nothing
public record CachePlan(
        CachePolicyConfig config,
        KeyRules key,
        CacheRules rules,
        Storing storing,
        Freshening freshening,
        Conditions bypass,
        Conditions noStore,
        String scope)
        implements Caching {
    /// Compiles a policy.
    ///
    /// @param config as configured, checked
    /// @param variables compiles a text with variables, such as `$host`
    /// @return the plan
    /// @throws IllegalArgumentException when a variable is not known; the message says what is
    ///   expected
    public static CachePlan of(CachePolicyConfig config, Function<String, Text> variables) {
        CacheRules rules = PolicyCompiler.rules(config);
        return new CachePlan(
                config,
                PolicyCompiler.key(config.key()),
                rules,
                new Storing(rules, config.tagHeaders()),
                new Freshening(rules),
                Conditions.of(config.bypass(), variables),
                Conditions.of(config.noStore(), variables),
                "");
    }

    /// The policy at a location.
    ///
    /// @param location who caches by it
    /// @return this one when the keys tell all that chose the location
    public CachePlan at(LocationConfig location) {
        String own = LocationScope.of(location, key);
        CacheRules with =
                location.compression() == null ? rules : rules.countingVary("accept-encoding");
        return own.equals(scope) && with.equals(rules)
                ? this
                : new CachePlan(
                        config,
                        key,
                        with,
                        new Storing(with, config.tagHeaders()),
                        new Freshening(with),
                        bypass,
                        noStore,
                        own);
    }

    @Override
    public String name() {
        return config.name();
    }
}
