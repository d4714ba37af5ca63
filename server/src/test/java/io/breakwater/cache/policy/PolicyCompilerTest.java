package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.policy.KeyRules.Order;
import io.breakwater.cache.policy.KeyRules.Part;
import io.breakwater.cache.policy.KeyRules.Query;
import io.breakwater.config.CachePolicyConfig;
import io.breakwater.config.ConfigReader;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyCompilerTest {
    @Test
    void compilesADefaultPolicy() throws InvalidConfigException {
        CachePolicyConfig policy = policy("");
        assertThat(PolicyCompiler.rules(policy)).isEqualTo(Told.rules().stale(10, 3600).done());
        assertThat(PolicyCompiler.key(policy.key())).isEqualTo(KeyRules.STANDARD);
    }

    @Test
    void compilesEveryKey() throws InvalidConfigException {
        CachePolicyConfig policy =
                policy(
                        """
                        key = { scheme = false, host = false, query = "include", query-names = ["a"], sort = true, \
                        headers = ["X-A"], cookies = ["c"] }
                        origin-directives = "ignore"
                        request-directives = "ignore"
                        ttl = { 4xx = "5s", "404" = "20s" }
                        default-ttl = "7s"
                        max-ttl = "100s"
                        stale-on-error = "3s"
                        stale-while-updating = "4s"
                        methods = ["GET", "HEAD", "POST"]
                        set-cookie = "strip"
                        ignore-vary = ["User-Agent"]
                        """);
        CacheRules rules = PolicyCompiler.rules(policy);
        assertThat(rules.ttls().of(404)).isEqualTo(20_000);
        assertThat(rules.ttls().of(403)).isEqualTo(5_000);
        assertThat(rules.ttls().of(500)).isEqualTo(CacheRules.NONE);
        assertThat(
                        new CacheRules(
                                rules.originDirectives(),
                                rules.requestDirectives(),
                                CacheRules.StatusTtls.NONE,
                                rules.defaultTtlMillis(),
                                rules.maxTtlMillis(),
                                rules.staleOnErrorMillis(),
                                rules.staleWhileUpdatingMillis(),
                                rules.setCookie(),
                                rules.storesPosts(),
                                rules.ignoredVary()))
                .isEqualTo(
                        Told.rules()
                                .ignoringOrigin()
                                .ignoringRequests()
                                .defaultTtl(7)
                                .maxTtl(100)
                                .stale(4, 3)
                                .storingPosts()
                                .setCookie(CacheRules.SetCookie.STRIP)
                                .ignoringVary("user-agent")
                                .done());
        assertThat(PolicyCompiler.key(policy.key()))
                .isEqualTo(
                        new KeyRules(
                                Set.of(Part.PATH),
                                Query.INCLUDE,
                                Order.SORT,
                                Set.of("a"),
                                List.of("X-A"),
                                List.of("c")));
    }

    private static CachePolicyConfig policy(String fields) throws InvalidConfigException {
        String text = "[cache-policies.p]\n" + fields;
        return Objects.requireNonNull(
                ConfigReader.read(DocumentFormat.TOML.parse(text)).cachePolicies().get("p"));
    }
}
