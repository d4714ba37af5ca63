package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.TAG;
import static io.breakwater.wire.CacheKit.answer;
import static io.breakwater.wire.CacheKit.asks;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.isHit;
import static io.breakwater.wire.CacheKit.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What answers to HEAD do to the stored responses to GET (RFC 9111 §4.3.5).
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class CacheHeadTest {
    private static final String MODIFIED = "Last-Modified: Thu, 01 Oct 2026 10:00:00 GMT";
    private static final String CARE = "Cache-Control: no-cache";

    /// Answers GET and HEAD, but nothing that is conditional.
    private static FakeOrigin.Behaviour both(String get, String head) {
        return exchange -> {
            boolean isHead = exchange.head().method().equals("HEAD");
            FakeOrigin.answer(isHead ? head : get).serve(exchange);
        };
    }

    private static String head(String... lines) {
        return "HTTP/1.1 200 OK\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static Message ask(RawClient client, String... fields) throws Exception {
        return send(client, "HEAD", "/", fields).response("HEAD");
    }

    private static long gets(FakeOrigin origin) {
        return origin.exchanges().stream().filter(one -> one.head().method().equals("GET")).count();
    }

    @Test
    void theSameFreshens() throws Exception {
        String stored = answer("body", "Cache-Control: max-age=0", TAG, MODIFIED, "X-Own: old");
        String head = head(FRESH, TAG, MODIFIED, "X-Own: new", "Content-Length: 4");
        try (FakeOrigin origin = FakeOrigin.start(both(stored, head));
                TestBreakwater breakwater =
                        caching(origin, "stale-while-updating = \"0s\"")
                                .location("response-headers = { set = { X-Ours = \"1\" } }")
                                .start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            await().until(() -> {
                // Until it is stored a HEAD finds nothing to update.
                ask(client);
                return isHit(ask(client).head());
            });
            Message answer = client.get("/").response();
            assertThat(isHit(answer.head())).isTrue();
            assertThat(answer.text()).isEqualTo("body");
            assertThat(answer.head().all("X-Own")).containsExactly("new");
            assertThat(answer.head().all("X-Ours")).containsExactly("1");
            assertThat(gets(origin)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ETag: \"2\"",
                "Last-Modified: Thu, 01 Oct 2026 10:00:01 GMT",
                "Content-Length: 5"
            })
    void whatDiffersMakesStale(String differing) throws Exception {
        String stored = answer("body", FRESH, TAG, MODIFIED);
        try (FakeOrigin origin = FakeOrigin.start(both(stored, head(FRESH, differing)));
                TestBreakwater breakwater =
                        caching(origin, "stale-while-updating = \"0s\"").start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            ask(client, CARE);
            origin.behave(FakeOrigin.answer(answer("new", FRESH, "ETag: \"2\"")));
            await().until(() -> client.get("/").response().text().equals("new"));
            assertThat(origin.exchanges().stream().anyMatch(one -> asks(one, "If-None-Match", "1")))
                    .isTrue();
        }
    }

    @Test
    void whatMayNotBeStoredAnyMoreIsNot() throws Exception {
        String head = head("Cache-Control: no-store", TAG, "Content-Length: 4");
        try (FakeOrigin origin = FakeOrigin.start(both(answer("body", FRESH, TAG), head));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            ask(client, CARE);
            origin.behave(FakeOrigin.answer(answer("new", FRESH)));
            assertThat(client.get("/").response().text()).isEqualTo("new");
            assertThat(origin.exchanges().getLast().head().has("If-None-Match")).isFalse();
        }
    }

    @Test
    void otherAnswersChangeNothing() throws Exception {
        String failure = "HTTP/1.1 404 Not Found\r\nETag: \"2\"\r\nContent-Length: 4\r\n\r\n";
        try (FakeOrigin origin = FakeOrigin.start(both(answer("body", FRESH, TAG), failure));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            assertThat(ask(client, CARE).status()).isEqualTo(404);
            origin.behave(exchange -> exchange.reset());
            assertThat(ask(client, CARE).status()).isEqualTo(502);
            assertThat(isHit(get(client, "/").head())).isTrue();
        }
    }
}
