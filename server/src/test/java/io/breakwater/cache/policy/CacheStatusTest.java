package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.policy.CacheStatus.Collapsed;
import io.breakwater.cache.policy.CacheStatus.Forward;
import io.breakwater.cache.policy.CacheStatus.Stored;
import io.breakwater.cache.policy.ReuseDecision.Bypass;
import io.breakwater.cache.policy.ReuseDecision.Hit;
import io.breakwater.cache.policy.ReuseDecision.Miss;
import io.breakwater.cache.policy.ReuseDecision.Revalidate;
import io.breakwater.cache.policy.ReuseDecision.Stale;
import io.breakwater.cache.policy.ReuseDecision.Unavailable;
import io.breakwater.http.Dictionary;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// RFC 9211 §2 and its examples.
class CacheStatusTest {
    @Test
    void writesTheExamples() {
        assertThat(CacheStatus.HIT.text("ExampleCache")).isEqualTo("ExampleCache; hit");
        assertThat(hit(376).text("ExampleCache")).isEqualTo("ExampleCache; hit; ttl=376");
        assertThat(hit(-412).text("ExampleCache")).isEqualTo("ExampleCache; hit; ttl=-412");
        assertThat(forwarded(Forward.STALE, 304, Stored.NO, Collapsed.NO))
                .isEqualTo("ExampleCache; fwd=stale; fwd-status=304");
        assertThat(forwarded(Forward.URI_MISS, 0, Stored.YES, Collapsed.NO))
                .isEqualTo("ExampleCache; fwd=uri-miss; stored");
        assertThat(forwarded(Forward.URI_MISS, 0, Stored.NO, Collapsed.YES))
                .isEqualTo("ExampleCache; fwd=uri-miss; collapsed");
    }

    @Test
    void escapesKeysAndStaysAStructuredField() {
        CacheStatus status =
                new CacheStatus(
                        Forward.PARTIAL,
                        206,
                        Stored.YES,
                        Collapsed.YES,
                        5,
                        "GET https://a/\"b\\c\u00e9",
                        "slow-disk");
        String text = status.text("bw");
        assertThat(text)
                .isEqualTo(
                        "bw; fwd=partial; fwd-status=206; ttl=5; stored; collapsed; key=\"GET"
                                + " https://a/\\\"b\\\\c?\"; detail=slow-disk");
        assertThat(Dictionary.parse(text)).isNotNull();
    }

    @Test
    void namesWhyRequestsWereForwarded() {
        Map<ReuseDecision, @Nullable Forward> reasons = new LinkedHashMap<>();
        reasons.put(Hit.FRESH, null);
        reasons.put(Stale.WHILE_UPDATING, null);
        reasons.put(Unavailable.ONLY_IF_CACHED, null);
        reasons.put(Revalidate.STALE, Forward.STALE);
        reasons.put(Revalidate.NO_CACHE, Forward.STALE);
        reasons.put(Revalidate.PURGED, Forward.STALE);
        reasons.put(Revalidate.REQUEST, Forward.REQUEST);
        reasons.put(Miss.KEY, Forward.URI_MISS);
        reasons.put(Miss.VARIANT, Forward.VARY_MISS);
        reasons.put(Miss.PARTIAL, Forward.PARTIAL);
        reasons.put(Bypass.METHOD, Forward.METHOD);
        reasons.put(Bypass.CONDITION, Forward.BYPASS);
        reasons.forEach((decision, reason) ->
                assertThat(Forward.of(decision)).as(decision.toString()).isEqualTo(reason));
    }

    private static CacheStatus hit(long ttl) {
        return new CacheStatus(null, 0, Stored.NO, Collapsed.NO, ttl, null, null);
    }

    private static String forwarded(Forward why, int status, Stored stored, Collapsed collapsed) {
        return new CacheStatus(why, status, stored, collapsed, CacheStatus.NONE, null, null)
                .text("ExampleCache");
    }
}
