package io.breakwater.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.config.CacheCondition.On;
import io.breakwater.config.CacheKeyConfig.Query;
import io.breakwater.config.CachePolicyConfig.Directives;
import io.breakwater.config.CachePolicyConfig.SetCookie;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CachePolicyConfigTest {
    @Test
    void isSafeWithoutAnyKey() throws InvalidConfigException {
        CachePolicyConfig policy = read("");
        assertThat(policy.key())
                .isEqualTo(
                        new CacheKeyConfig(
                                true, true, true, Query.ALL, List.of(), false, List.of(),
                                List.of()));
        assertThat(policy.originDirectives()).isEqualTo(Directives.HONOUR);
        assertThat(policy.requestDirectives()).isEqualTo(Directives.HONOUR);
        assertThat(policy.setCookie()).isEqualTo(SetCookie.REFUSE);
        assertThat(policy.ttl()).isEmpty();
        assertThat(policy.defaultTtl()).isNull();
        assertThat(policy.maxTtl()).isNull();
        assertThat(policy.methods()).containsExactly("GET", "HEAD");
        assertThat(policy.maxObjectSize()).isEqualTo(64L << 20);
        assertThat(policy.purgeFrom()).isEmpty();
        assertThat(policy.tagHeaders()).containsExactly("Surrogate-Key", "Cache-Tag");
    }

    @Test
    void readsTimesKeysAndExceptions() throws InvalidConfigException {
        CachePolicyConfig policy =
                read(
                        """
                        key = { host = false, query = "exclude", query-names = ["utm_source"], sort = true, \
                        headers = ["X-Tenant"], cookies = ["currency"] }
                        ttl = { "200" = "10m", 4xx = "1m", "404" = "0s" }
                        default-ttl = "30s"
                        methods = ["get", "head", "post"]
                        ignore-vary = ["User-Agent", "*"]
                        bypass = ["cookie:session", "header:X-Preview: 1", "query:debug:~^(1|on)$", \
                        "path:/admin/", "path:=/exact", "path:~\\\\.php$", "$tls-version:TLSv1.2"]
                        no-store = ["$http-x-draft"]
                        purge-from = ["10.0.0.0/8"]
                        """);
        assertThat(policy.key())
                .isEqualTo(
                        new CacheKeyConfig(
                                true,
                                false,
                                true,
                                Query.EXCLUDE,
                                List.of("utm_source"),
                                true,
                                List.of("X-Tenant"),
                                List.of("currency")));
        assertThat(policy.ttl())
                .isEqualTo(
                        Map.of(
                                "200", Duration.ofMinutes(10),
                                "4xx", Duration.ofMinutes(1),
                                "404", Duration.ZERO));
        assertThat(policy.defaultTtl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.methods()).containsExactly("GET", "HEAD", "POST");
        assertThat(policy.ignoreVary()).containsExactly("user-agent", "*");
        assertThat(policy.bypass())
                .containsExactly(
                        new CacheCondition(On.COOKIE, "session", null),
                        new CacheCondition(On.HEADER, "X-Preview", "1"),
                        new CacheCondition(On.QUERY, "debug", "~^(1|on)$"),
                        new CacheCondition(On.PATH, "", "/admin/"),
                        new CacheCondition(On.PATH, "", "=/exact"),
                        new CacheCondition(On.PATH, "", "~\\.php$"),
                        new CacheCondition(On.VARIABLE, "tls-version", "TLSv1.2"));
        assertThat(policy.noStore())
                .containsExactly(new CacheCondition(On.VARIABLE, "http-x-draft", null));
        assertThat(policy.purgeFrom()).containsExactly(Cidr.parse("10.0.0.0/8"));
    }

    private static CachePolicyConfig read(String fields) throws InvalidConfigException {
        Document document = Documents.toml("[cache-policies.p]\n" + fields);
        return Documents.the(ConfigReader.read(document).cachePolicies(), "p");
    }
}
