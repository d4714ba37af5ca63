package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.CacheEntries;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CachePurge.Scope;
import io.breakwater.control.CacheTop;
import io.breakwater.control.CacheTraffic;
import io.breakwater.control.CacheUnavailableException;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What is counted of the cache, shown of it, and purged from the console.
@WireTest
class CacheFiguresTest {
    private static final String FRESH =
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\n"
                    + "Surrogate-Key: shop tea\r\nContent-Length: 5\r\n\r\nhello";

    private static final String NOT_MODIFIED =
            "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: max-age=60\r\n\r\n";

    private static Setup caching(FakeOrigin origin, String policy) {
        return Setup.to(origin)
                .location("cache = \"pages\"")
                .more("[cache-policies.pages]\n" + policy);
    }

    private static CacheTraffic traffic(TestBreakwater breakwater) {
        return breakwater.engine().cache().traffic();
    }

    /// Gets what can be stored, and waits until it is.
    private static void store(TestBreakwater breakwater, RawClient client, String target)
            throws Exception {
        long before = breakwater.engine().cache().objects();
        client.get(target).response();
        await().until(() -> breakwater.engine().cache().objects() > before);
    }

    private static CachePurge.Done purge(
            TestBreakwater breakwater, Scope scope, String name, boolean dryRun) {
        return breakwater.engine().purge(new CachePurge(scope, name, false, dryRun, true));
    }

    private static CacheEntries listed(TestBreakwater breakwater, Scope scope, String name) {
        return breakwater.engine().cached(scope, name, 0, 100);
    }

    private static String url(String target) {
        return "http://example.test" + target;
    }

    @Test
    void hitsMissesAndBytesAreCounted() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            store(breakwater, client, "/a");
            client.get("/a").response();
            client.get("/a").response();
            await().until(() -> traffic(breakwater).result("hit") == 2);
            CacheTraffic traffic = traffic(breakwater);
            assertThat(traffic.requests()).isEqualTo(3);
            assertThat(traffic.result("miss")).isEqualTo(1);
            assertThat(traffic.hitRatio()).isEqualTo(2 / 3.0);
            assertThat(traffic.reasons().get("miss")).isEqualTo(Map.of("key", 1L));
            assertThat(traffic.bytesSaved()).isEqualTo(10);
            assertThat(traffic.bytesSent()).isEqualTo(15);
            assertThat(traffic.bytesFetched()).isEqualTo(5);
            assertThat(traffic.fills()).containsEntry("stored", 1L);
            assertThat(traffic.fillsOpen()).isZero();
            assertThat(breakwater.engine().cache().policies()).containsOnlyKeys("pages");
            assertThat(breakwater.engine().figures().prometheus())
                    .contains(
                            "breakwater_cache_requests_total{policy=\"pages\",reason=\"fresh\","
                                    + "result=\"hit\"} 2.0",
                            "breakwater_cache_response_body_bytes_total{policy=\"pages\","
                                    + "result=\"hit\"} 10.0",
                            "breakwater_cache_fills_total{fate=\"stored\",policy=\"pages\"} 1.0",
                            "breakwater_cache_objects 1.0");
        }
    }

    @Test
    void reasonsAreTold() throws Exception {
        String mine = "HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 2\r\n\r\nme";
        try (FakeOrigin origin = FakeOrigin.answering(mine);
                TestBreakwater breakwater = caching(origin, "bypass = [\"query:raw\"]").start();
                RawClient client = breakwater.client()) {
            client.get("/a").response();
            client.get("/a").response();
            client.get("/b?raw=1").response();
            client.request("POST /c HTTP/1.1", "Host: example.test", "Content-Length: 0").send("");
            client.response();
            await().until(() -> traffic(breakwater).requests() == 4);
            CacheTraffic traffic = traffic(breakwater);
            assertThat(traffic.refusals()).isEqualTo(Map.of("private", 2L));
            assertThat(traffic.fills()).containsEntry("not-storable", 2L);
            assertThat(traffic.reasons().get("bypass"))
                    .isEqualTo(Map.of("remembered", 1L, "condition", 1L, "method", 1L));
            assertThat(traffic.hitRatio()).isZero();
        }
    }

    @Test
    void whatBecameOfFetchesIsTold() throws Exception {
        String fresh = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: ";
        String chunked = "Transfer-Encoding: chunked\r\n\r\n9\r\nvery long\r\n0\r\n\r\n";
        String tooLong = fresh.replace("Content-Length: ", chunked);
        try (FakeOrigin origin = FakeOrigin.answering(tooLong);
                TestBreakwater breakwater = caching(origin, "max-object-size = \"8b\"").start();
                RawClient client = breakwater.client()) {
            client.get("/long").response();
            origin.behave(exchange -> {
                exchange.send(fresh + "5\r\n\r\nhel");
                exchange.close();
            });
            client.get("/short");
            await().until(() ->
                    Long.valueOf(1).equals(traffic(breakwater).fills().get("upstream-failed")));
            assertThat(traffic(breakwater).fills())
                    .containsEntry("too-large", 1L)
                    .containsEntry("upstream-failed", 1L)
                    .containsEntry("stored", 0L);
            assertThat(traffic(breakwater).fillsBegun()).isEqualTo(2);
        }
    }

    @Test
    void aPurgeIsCountedFirstAndThenDone() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            store(breakwater, client, "/a?x=1");
            store(breakwater, client, "/b");
            String written = url(":80/./a?x=1");
            assertThat(purge(breakwater, Scope.URL, written, true).affected()).isEqualTo(1);
            assertThat(breakwater.engine().cache().objects()).isEqualTo(2);
            assertThat(purge(breakwater, Scope.URL, written, false).affected()).isEqualTo(1);
            assertThat(purge(breakwater, Scope.URL, written, true).affected()).isZero();
            client.get("/a?x=1").response();
            assertThat(origin.exchanges()).hasSize(3);
            client.get("/b").response();
            assertThat(origin.exchanges()).hasSize(3);
            await().until(() -> breakwater.engine().cache().objects() == 2);
            assertThat(purge(breakwater, Scope.PREFIX, url("/"), true).affected()).isEqualTo(2);
            assertThat(purge(breakwater, Scope.TAG, "tea", true).affected()).isEqualTo(2);
            assertThat(purge(breakwater, Scope.HOST, "Example.TEST", true).affected()).isEqualTo(2);
            assertThat(purge(breakwater, Scope.ALL, "", false).affected()).isEqualTo(2);
        }
    }

    @Test
    void aSoftPurgeHasItValidated() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            store(breakwater, client, "/a");
            breakwater.engine().purge(new CachePurge(Scope.URL, url("/a"), true, false, true));
            assertThat(listed(breakwater, Scope.ALL, "").items().getFirst().purgedSoftly())
                    .isTrue();
            origin.behave(FakeOrigin.answer(NOT_MODIFIED));
            assertThat(client.get("/a").response().text()).isEqualTo("hello");
            await().until(() -> traffic(breakwater).result("revalidated") == 1);
            assertThat(traffic(breakwater).reasons().get("revalidated"))
                    .isEqualTo(Map.of("purged", 1L));
            assertThat(traffic(breakwater).fills()).containsEntry("validated", 1L);
        }
    }

    @Test
    void whatIsStoredIsShown() throws Exception {
        String varying =
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\n"
                        + "Content-Length: 2\r\n\r\nhi";
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            store(breakwater, client, "/a");
            CacheEntries.Item item = listed(breakwater, Scope.URL, url("/a")).items().getFirst();
            assertThat(item.url()).isEqualTo(url("/a"));
            assertThat(item.status()).isEqualTo(200);
            assertThat(item.ttlSeconds()).isBetween(1L, 60L);
            assertThat(item.bodyBytes()).isEqualTo(5);
            assertThat(item.tags()).containsExactlyInAnyOrder("shop", "tea");
            assertThat(item.headers()).contains("ETag: \"1\"");
            assertThat(item.file()).endsWith("blocks");
            origin.behave(FakeOrigin.answer(varying));
            client.request("GET /v HTTP/1.1", "Host: example.test", "Accept-Language: de").send("");
            client.response();
            await().until(() -> breakwater.engine().cache().objects() == 3);
            List<CacheEntries.Item> variants = listed(breakwater, Scope.URL, url("/v")).items();
            assertThat(variants).hasSize(1);
            assertThat(variants.getFirst().variant()).containsExactly("accept-language: de");
        }
    }

    @Test
    void namesThatAreNoneAreRefused() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = caching(origin, "").start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purge(breakwater, Scope.URL, "example.test/a", false))
                    .withMessage("an absolute http or https URL");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purge(breakwater, Scope.HOST, "example.test:80", true));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> purge(breakwater, Scope.TAG, " ", true));
        }
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = Setup.to(origin).start()) {
            assertThat(breakwater.engine().cache().open()).isFalse();
            assertThatExceptionOfType(CacheUnavailableException.class)
                    .isThrownBy(() -> listed(breakwater, Scope.ALL, ""));
            assertThat(purge(breakwater, Scope.ALL, "", false).affected()).isZero();
        }
    }

    @Test
    void metricsAreDocumented() throws Exception {
        String documented = Files.readString(Path.of("../docs/METRICS.md"));
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            store(breakwater, client, "/a");
            origin.behave(FakeOrigin.answer(FRESH.replace("max-age=60", "no-store")));
            client.get("/b").response();
            await().until(() -> traffic(breakwater).refusals().containsKey("no-store"));
            Set<String> written =
                    names(
                            "# TYPE (breakwater_cache_\\w+)",
                            breakwater.engine().figures().prometheus());
            assertThat(written).isNotEmpty();
            assertThat(names("`(breakwater_cache_\\w+)`", documented)).isEqualTo(written);
        }
    }

    private static Set<String> names(String form, String text) {
        return Pattern.compile(form)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void whatIsAskedForMostIsTold() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FRESH);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            store(breakwater, client, "/a?b=c");
            for (int i = 0; i < 4; i++) client.get("/a?b=c").response();
            client.get("/b").response();
            await().until(() -> traffic(breakwater).requests() == 6);
            CacheTop top = breakwater.engine().topCached(9);
            assertThat(top.urls())
                    .containsExactly(
                            new CacheTop.Url(url("/a?b=c"), 5, 4, 25),
                            new CacheTop.Url(url("/b"), 1, 0, 5));
            assertThat(breakwater.engine().topCached(1).urls()).hasSize(1);
        }
    }
}
