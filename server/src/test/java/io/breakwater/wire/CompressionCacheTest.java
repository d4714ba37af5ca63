package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.did;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.hit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.Coded;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compressed responses and the cache: each form is stored by itself, and nobody gets one that he
/// does not take.
@WireTest
class CompressionCacheTest {
    private static final String TEXT =
            "to be, or not to be stored, that is the question\n".repeat(99);
    private static final String BROWSER = "Accept-Encoding: gzip, deflate, br, zstd";

    @Test
    void eachFormIsStoredByItself() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(fresh());
                TestBreakwater breakwater = start(origin);
                RawClient client = breakwater.client()) {
            for (String coding : new String[] {"zstd", "br", "gzip"}) {
                String field = "Accept-Encoding: " + coding;
                Message first = get(client, "/", field);
                Message second = hit(client, "/", field);
                for (Message got : new Message[] {first, second}) {
                    assertThat(got.head().field("Content-Encoding")).isEqualTo(coding);
                    assertThat(got.head().field("Vary")).isEqualTo("Accept-Encoding");
                    assertThat(got.head().field("ETag")).isEqualTo("W/\"1\"");
                    assertThat(got.head().has("Accept-Ranges")).isFalse();
                    assertThat(Coded.text(got)).isEqualTo(TEXT);
                }
                assertThat(second.head().field("Content-Length"))
                        .isEqualTo("" + second.body().length);
            }
            assertThat(hit(client, "/").head().has("Content-Encoding")).isFalse();
            assertThat(get(client, "/").text()).isEqualTo(TEXT);
            assertThat(get(client, "/").head().field("ETag")).isEqualTo("\"1\"");
            assertThat(origin.exchanges()).hasSize(4);
        }
    }

    @Test
    void clientsThatTakeTheSameShareWhatIsStored() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(fresh());
                TestBreakwater breakwater = start(origin);
                RawClient client = breakwater.client()) {
            get(client, "/", BROWSER);
            hit(client, "/", "Accept-Encoding: zstd, br, gzip;q=1, compress");
            hit(client, "/", "Accept-Encoding: *");
            get(client, "/", "Accept-Encoding: deflate");
            hit(client, "/", "Accept-Encoding: identity");
            assertThat(hit(client, "/").text()).isEqualTo(TEXT);
            assertThat(origin.exchanges())
                    .extracting(exchange -> exchange.head().field("Accept-Encoding"))
                    .containsExactly("zstd, br, gzip", "identity");
        }
    }

    @Test
    void whoTakesNoneNeverGetsOneEvenIfVaryIsToBeIgnored() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(fresh());
                TestBreakwater breakwater = start(origin, "ignore-vary = [\"Accept-Encoding\"]");
                RawClient client = breakwater.client()) {
            get(client, "/", BROWSER);
            hit(client, "/", BROWSER);
            assertThat(get(client, "/").text()).isEqualTo(TEXT);
            assertThat(get(client, "/", "Accept-Encoding: zstd;q=0").text()).isEqualTo(TEXT);
        }
    }

    @Test
    void whatTheNodeHasCompressedIsStoredAsItIs() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                CacheKit.answer(
                                        "coded by the node",
                                        CacheKit.FRESH,
                                        "Vary: Accept-Encoding",
                                        "ETag: \"1-br\"",
                                        "Content-Type: text/plain",
                                        "Content-Encoding: br"));
                TestBreakwater breakwater = start(origin);
                RawClient client = breakwater.client()) {
            assertThat(get(client, "/", BROWSER).text()).isEqualTo("coded by the node");
            Message got = hit(client, "/", BROWSER);
            assertThat(got.text()).isEqualTo("coded by the node");
            assertThat(got.head().field("ETag")).isEqualTo("\"1-br\"");
            assertThat(got.head().all("Vary")).containsExactly("Accept-Encoding");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Vary: Cookie", "Vary: Accept-Encoding"})
    void validatesWithTheWeakTag(String vary) throws Exception {
        String more = vary.isEmpty() ? "X-Vary: none" : vary;
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            boolean asks = CacheKit.asks(exchange, "If-None-Match", "\"1\"");
                            exchange.send(
                                    asks
                                            ? "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n"
                                                    + more
                                                    + "\r\nCache-Control: no-cache\r\n\r\n"
                                            : text(more, "Cache-Control: no-cache"));
                        });
                TestBreakwater breakwater = start(origin);
                RawClient client = breakwater.client()) {
            get(client, "/", BROWSER);
            for (int i = 2; i < 5; i++) {
                Message got = validated(client);
                assertThat(Coded.text(got)).isEqualTo(TEXT);
                assertThat(got.head().field("ETag")).isEqualTo("W/\"1\"");
                OriginExchange last = origin.exchanges().getLast();
                assertThat(last.head().field("If-None-Match")).isEqualTo("W/\"1\"");
            }
            Message mine = get(client, "/", BROWSER, "If-None-Match: W/\"1\"");
            assertThat(mine.status()).isEqualTo(304);
            assertThat(mine.head().field("ETag")).isEqualTo("W/\"1\"");
            assertThat(mine.head().field("Vary")).contains("Accept-Encoding");
        }
    }

    /// Asks until the answer was validated, as storing takes a moment.
    private static Message validated(RawClient client) {
        List<Message> last = new ArrayList<>();
        await().atMost(RawClient.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    last.clear();
                    last.add(get(client, "/", BROWSER));
                    String did = did(last.getFirst().head());
                    return !did.isEmpty() && !did.contains("-miss");
                });
        return last.getFirst();
    }

    @Test
    void purgeTakesAllForms() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(fresh());
                TestBreakwater breakwater = start(origin, "purge-from = [\"127.0.0.1\"]");
                RawClient client = breakwater.client()) {
            String[] forms = {"zstd", "gzip", "identity"};
            for (String form : forms) get(client, "/", "Accept-Encoding: " + form);
            for (String form : forms) hit(client, "/", "Accept-Encoding: " + form);
            assertThat(origin.exchanges()).hasSize(3);
            CacheKit.send(client, "PURGE", "/");
            assertThat(client.response().status()).isBetween(200, 204);
            for (String form : forms) {
                Head head = get(client, "/", "Accept-Encoding: " + form).head();
                assertThat(CacheKit.isHit(head)).isFalse();
            }
            assertThat(origin.exchanges()).hasSize(6);
        }
    }

    @Test
    void partsAreOfTheBodyThatIsNotCompressed() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(fresh());
                TestBreakwater breakwater = start(origin);
                RawClient client = breakwater.client()) {
            get(client, "/", BROWSER);
            hit(client, "/", BROWSER);
            Message part = get(client, "/", BROWSER, "Range: bytes=3-8");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo(TEXT.substring(3, 9));
            assertThat(part.head().has("Content-Encoding")).isFalse();
            assertThat(part.head().field("ETag")).isEqualTo("\"1\"");
            // What the client has is compressed: no part fits to it.
            Message whole = get(client, "/", BROWSER, "Range: bytes=3-8", "If-Range: W/\"1\"");
            assertThat(whole.status()).isEqualTo(200);
            assertThat(whole.text()).isEqualTo(TEXT);
        }
    }

    @Test
    void slicesAreNotCompressed() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(
                                new RangedOrigin(
                                        CacheKit.patternBytes(300_000),
                                        "\"1\"",
                                        CacheKit.FRESH,
                                        "Content-Type: text/plain"));
                TestBreakwater breakwater = start(origin, "slice = \"64kb\"");
                RawClient client = breakwater.client()) {
            Message got = get(client, "/", BROWSER);
            assertThat(got.head().has("Content-Encoding")).isFalse();
            assertThat(got.body()).isEqualTo(CacheKit.patternBytes(300_000));
            assertThat(get(client, "/").body()).isEqualTo(CacheKit.patternBytes(300_000));
        }
    }

    @Test
    void headAfterGetHasTheSameTag() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(fresh());
                TestBreakwater breakwater = start(origin);
                RawClient client = breakwater.client()) {
            get(client, "/", BROWSER);
            Message stored = hit(client, "/", BROWSER);
            CacheKit.send(client, "HEAD", "/", BROWSER);
            Head head = client.response("HEAD").head();
            assertThat(CacheKit.isHit(head)).isTrue();
            assertThat(head.field("ETag")).isEqualTo(stored.head().field("ETag"));
            assertThat(head.field("Content-Length")).isEqualTo("" + stored.body().length);
        }
    }

    private static TestBreakwater start(FakeOrigin origin, String... policy) throws Exception {
        Setup setup = CacheKit.caching(origin, policy);
        return setup.location("compression = \"on\"").start();
    }

    private static String fresh() {
        return text(CacheKit.FRESH);
    }

    private static String text(String... fields) {
        String[] all = new String[fields.length + 2];
        System.arraycopy(fields, 0, all, 2, fields.length);
        all[0] = "Content-Type: text/plain";
        all[1] = CacheKit.TAG;
        return CacheKit.answer(TEXT, all);
    }
}
