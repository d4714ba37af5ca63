package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyReader;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What is answered from the cache, and what the upstream is asked for.
@WireTest
class CacheTest {
    private static final String CACHED = "cache = \"pages\"";
    private static final String NOT_MODIFIED =
            "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: max-age=60\r\n\r\n";
    private static final String VARYING = "Cache-Control: max-age=60\r\nVary: Accept-Language\r\n";
    private static final String POLICY = "[cache-policies.pages]\ndebug-headers = true\n";

    private static Setup caching(FakeOrigin origin, String policy) {
        return Setup.to(origin).location(CACHED).more(POLICY + policy);
    }

    private static String answer(String fields, String body) {
        return "HTTP/1.1 200 OK\r\n"
                + fields
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static FakeOrigin.Behaviour fresh(String body) {
        return FakeOrigin.answer(answer("Cache-Control: max-age=60\r\nETag: \"1\"\r\n", body));
    }

    /// Asks until the answer comes from the cache, as storing takes a moment.
    private static Message hit(RawClient client, String target) {
        List<Message> last = new ArrayList<>();
        await().until(() -> {
            last.clear();
            last.add(client.get(target).response());
            String status = last.getFirst().head().field("Cache-Status");
            return status != null && status.contains("hit");
        });
        return last.getFirst();
    }

    @Test
    void theSecondRequestIsAnsweredFromTheCache() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh("hello"));
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            Message first = client.get("/a").response();
            assertThat(first.text()).isEqualTo("hello");
            assertThat(first.head().field("Cache-Status")).contains("fwd=uri-miss");
            Message second = hit(client, "/a");
            assertThat(second.status()).isEqualTo(200);
            assertThat(second.text()).isEqualTo("hello");
            assertThat(second.head().field("Age")).isNotNull();
            assertThat(second.head().field("ETag")).isEqualTo("\"1\"");
            assertThat(origin.exchanges()).hasSize(1);
            assertThat(client.get("/b").response().text()).isEqualTo("hello");
            assertThat(origin.exchanges()).hasSize(2);
        }
    }

    @Test
    void manyWaitForOneResponseAndReadItWhileItComes() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch more = new CountDownLatch(1);
        FakeOrigin.Behaviour slow =
                exchange -> {
                    go.await();
                    exchange.send(
                            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n"
                                    + "Content-Length: 10\r\n\r\nhello");
                    more.await();
                    exchange.send("world");
                };
        try (FakeOrigin origin = FakeOrigin.start(slow);
                TestBreakwater breakwater = caching(origin, "").start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) clients.add(breakwater.client().get("/big"));
            await().until(() -> breakwater.engine().inFlight() == 21);
            go.countDown();
            List<BodyReader> bodies = new ArrayList<>();
            for (RawClient client : clients) bodies.add(client.body(client.head()));
            for (BodyReader body : bodies) assertThat(body.read(5)).isEqualTo("hello");
            more.countDown();
            for (BodyReader body : bodies) assertThat(body.read(5)).isEqualTo("world");
            assertThat(origin.exchanges()).hasSize(1);
            for (RawClient client : clients) client.reset();
        }
    }

    @Test
    void whatMayNotBeStoredPasses() throws Exception {
        FakeOrigin.Behaviour mine = FakeOrigin.answer(answer("Cache-Control: private\r\n", "mine"));
        try (FakeOrigin origin = FakeOrigin.start(mine);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            for (int i = 0; i < 3; i++)
                assertThat(client.get("/").response().text()).isEqualTo("mine");
            assertThat(origin.exchanges()).hasSize(3);
        }
    }

    @Test
    void partsAreCutFromWhatIsStored() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh("0123456789"));
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            hit(client, "/");
            client.request("GET / HTTP/1.1", "Host: example.test", "Range: bytes=2-4").send("");
            Message part = client.response();
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("234");
            assertThat(part.head().field("Content-Range")).isEqualTo("bytes 2-4/10");
            client.request("GET / HTTP/1.1", "Host: example.test", "Range: bytes=20-").send("");
            assertThat(client.response().status()).isEqualTo(416);
            client.request("GET / HTTP/1.1", "Host: example.test", "Range: bytes=0-0,-2").send("");
            Message parts = client.response();
            assertThat(parts.status()).isEqualTo(206);
            assertThat(parts.head().field("Content-Type")).startsWith("multipart/byteranges");
            assertThat(parts.text())
                    .contains("Content-Range: bytes 0-0/10\r\n\r\n0\r\n")
                    .contains("Content-Range: bytes 8-9/10\r\n\r\n89\r\n");
            client.request("GET / HTTP/1.1", "Host: example.test", "If-None-Match: \"1\"").send("");
            Message same = client.response();
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.text()).isEmpty();
            client.request("HEAD / HTTP/1.1", "Host: example.test").send("");
            Message head = client.response("HEAD");
            assertThat(head.head().field("Content-Length")).isEqualTo("10");
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void longBodiesAreByteExact() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 3_000_000; i++) text.append(i * 7919L).append(',');
        String body = text.toString();
        try (FakeOrigin origin = FakeOrigin.start(fresh(body));
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/long").response().text()).isEqualTo(body);
            assertThat(hit(client, "/long").text()).isEqualTo(body);
            client.request(
                            "GET /long HTTP/1.1",
                            "Host: example.test",
                            "Range: bytes=100000-2500000")
                    .send("");
            assertThat(client.response().text()).isEqualTo(body.substring(100000, 2500001));
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void aStaleResponseIsValidated() throws Exception {
        String stale = answer("Cache-Control: max-age=0\r\nETag: \"1\"\r\n", "hello");
        FakeOrigin.Behaviour validating =
                exchange -> {
                    boolean known =
                            exchange.head().fields().toString().contains("If-None-Match: \"1\"");
                    FakeOrigin.answer(known ? NOT_MODIFIED : stale).serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(validating);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("hello");
            await().until(() -> {
                client.get("/").response();
                return validations(origin) > 0;
            });
            assertThat(hit(client, "/").text()).isEqualTo("hello");
            assertThat(validations(origin)).isEqualTo(1);
        }
    }

    private static long validations(FakeOrigin origin) {
        return origin.exchanges().stream()
                .filter(exchange -> exchange.head().fields().toString().contains("If-None-Match"))
                .count();
    }

    @Test
    void variantsAreToldApart() throws Exception {
        FakeOrigin.Behaviour varying =
                exchange -> {
                    String language =
                            exchange.head().fields().toString().contains("Language: de")
                                    ? "Guten Tag"
                                    : "Hi";
                    FakeOrigin.answer(answer(VARYING, language)).serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(varying);
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            for (String language : List.of("de", "en", "de", "en", "de", "en")) {
                client.request(
                                "GET / HTTP/1.1",
                                "Host: example.test",
                                "Accept-Language: " + language)
                        .send("");
                assertThat(client.response().text())
                        .isEqualTo(language.equals("de") ? "Guten Tag" : "Hi");
            }
            await().until(() -> {
                int before = origin.exchanges().size();
                for (String language : List.of("de", "en")) {
                    client.request(
                                    "GET / HTTP/1.1",
                                    "Host: example.test",
                                    "Accept-Language: " + language)
                            .send("");
                    client.response();
                }
                return origin.exchanges().size() == before;
            });
        }
    }

    @Test
    void anUnsafeRequestInvalidates() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh("old"));
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            assertThat(hit(client, "/").text()).isEqualTo("old");
            origin.behave(fresh("new"));
            client.request("POST / HTTP/1.1", "Host: example.test", "Content-Length: 0").send("");
            client.response();
            assertThat(client.get("/").response().text()).isEqualTo("new");
        }
    }

    @Test
    void purgeTakesAllVariantsAway() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh("old"));
                TestBreakwater breakwater =
                        caching(origin, "purge-from = [\"127.0.0.1\"]").start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            hit(client, "/");
            origin.behave(fresh("new"));
            client.request("PURGE / HTTP/1.1", "Host: example.test").send("");
            Message purged = client.response();
            assertThat(purged.status()).isEqualTo(200);
            assertThat(purged.text()).isEqualTo("{\"purged\":1}\n");
            assertThat(client.get("/").response().text()).isEqualTo("new");
            assertThat(breakwater.stopAndLog()).doesNotContain("500");
        }
        try (FakeOrigin origin = FakeOrigin.start(fresh("old"));
                TestBreakwater breakwater =
                        caching(origin, "purge-from = [\"10.0.0.0/8\"]").start();
                RawClient client = breakwater.client()) {
            client.request("PURGE / HTTP/1.1", "Host: example.test").send("");
            assertThat(client.response().status()).isEqualTo(403);
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @Test
    void bypassFetchesAndStoresAnew() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh("old"));
                TestBreakwater breakwater =
                        caching(origin, "bypass = [\"query:refresh\"]\nkey = { query = \"none\" }")
                                .start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            assertThat(hit(client, "/").text()).isEqualTo("old");
            origin.behave(fresh("new"));
            Message anew = client.get("/?refresh=1").response();
            assertThat(anew.text()).isEqualTo("new");
            assertThat(anew.head().field("Cache-Status")).contains("fwd=bypass");
            await().until(() -> client.get("/").response().text().equals("new"));
            assertThat(origin.exchanges()).hasSize(2);
        }
    }

    @Test
    void storesWhatIsAskedForOftenEnough() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh("x"));
                TestBreakwater breakwater = caching(origin, "min-uses = 3").start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            client.get("/").response();
            assertThat(origin.exchanges()).hasSize(2);
            client.get("/").response();
            hit(client, "/");
            assertThat(origin.exchanges()).hasSize(3);
        }
    }

    @Test
    void staleResponsesAnswerWhileTheNodeFails() throws Exception {
        String stale =
                answer("Cache-Control: max-age=0, stale-if-error=60\r\nETag: \"1\"\r\n", "old");
        try (FakeOrigin origin = FakeOrigin.answering(stale);
                TestBreakwater breakwater =
                        caching(origin, "").upstream("retry = \"off\"\noutlier = \"off\"").start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            await().until(() -> {
                client.get("/").response();
                return validations(origin) > 0;
            });
            origin.behave(OriginExchange::reset);
            Message answer = client.get("/").response();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("old");
            assertThat(client.get("/other").response().status()).isEqualTo(502);
        }
    }

    @Test
    void onlyWhatIsStoredIfTheClientWantsNothingElse() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh("x"));
                TestBreakwater breakwater = caching(origin, "").start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: example.test", "Cache-Control: only-if-cached")
                    .send("");
            assertThat(client.response().status()).isEqualTo(504);
            assertThat(origin.exchanges()).isEmpty();
        }
    }
}
