package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.TAG;
import static io.breakwater.wire.CacheKit.answer;
import static io.breakwater.wire.CacheKit.asks;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.did;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.isHit;
import static io.breakwater.wire.CacheKit.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What RFC 9111 asks of a cache and only sockets can show. docs/RFC9111.md names these tests.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class CacheProtocolTest {
    private static final String STALE = "Cache-Control: max-age=0";

    /// Answers 304 when asked about a tag, otherwise a whole response.
    private static FakeOrigin.Behaviour validating(String notModified, String whole) {
        return exchange -> {
            boolean known = asks(exchange, "If-None-Match", "\"1\"");
            FakeOrigin.answer(
                            known
                                    ? "HTTP/1.1 304 Not Modified\r\n" + notModified + "\r\n\r\n"
                                    : whole)
                    .serve(exchange);
        };
    }

    /// Asks until what is stored is asked about.
    private static void validated(FakeOrigin origin, RawClient client) {
        await().atMost(RawClient.PATIENCE)
                .until(() -> {
                    client.get("/").response();
                    return origin.exchanges().stream().anyMatch(CacheProtocolTest::isValidation);
                });
    }

    private static boolean isValidation(OriginExchange exchange) {
        return exchange.head().has("If-None-Match");
    }

    @Test
    void partsArePassedAsPartsAndNotStored() throws Exception {
        String part =
                "HTTP/1.1 206 Partial Content\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\n"
                        + "Content-Range: bytes 0-1/4\r\nContent-Length: 2\r\n\r\nab";
        try (FakeOrigin origin = FakeOrigin.answering(part);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            for (int i = 0; i < 3; i++) {
                Message answer = client.get("/").response();
                assertThat(answer.status()).isEqualTo(206);
                assertThat(answer.head().field("Content-Range")).isEqualTo("bytes 0-1/4");
            }
            assertThat(origin.exchanges()).hasSize(3);
        }
    }

    @Test
    void theAgeIsOneAndIncludesThatOfOtherCaches() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("x", FRESH, "Age: 20"));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            assertThat(hit(client, "/").head().all("Age"))
                    .singleElement()
                    .satisfies(age -> assertThat(Integer.parseInt(age)).isBetween(20, 59));
        }
    }

    @Test
    void directivesAndUnknownFieldsArePassedOnAndStored() throws Exception {
        String control = "Cache-Control: max-age=60, own=\"a, b\", public";
        try (FakeOrigin origin = FakeOrigin.answering(answer("x", control, "X-Own: 1"));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            for (Message answer : new Message[] {client.get("/").response(), hit(client, "/")}) {
                assertThat(answer.head().field("Cache-Control"))
                        .isEqualTo("max-age=60, own=\"a, b\", public");
                assertThat(answer.head().field("X-Own")).isEqualTo("1");
            }
        }
    }

    @Test
    void conditionsAreAnsweredFromWhatComesAndNotSent() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("x", FRESH, TAG));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(get(client, "/", "If-None-Match: \"1\"").status()).isEqualTo(304);
            assertThat(origin.exchange(1).head().has("If-None-Match")).isFalse();
            assertThat(hit(client, "/").text()).isEqualTo("x");
            origin.behave(FakeOrigin.answer("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"));
            assertThat(get(client, "/other", "If-None-Match: *").status()).isEqualTo(500);
        }
    }

    @Test
    void whoHasAnotherTagGetsTheWholeAfterAValidation() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(
                                validating(TAG + "\r\n" + STALE, answer("good", STALE, TAG)));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            validated(origin, client);
            Message other = get(client, "/", "If-None-Match: \"other\"");
            assertThat(other.status()).isEqualTo(200);
            assertThat(other.text()).isEqualTo("good");
            OriginExchange last = origin.exchanges().getLast();
            assertThat(last.head().field("If-None-Match")).isEqualTo("\"1\"");
            assertThat(get(client, "/", "If-None-Match: \"1\"").status()).isEqualTo(304);
        }
    }

    @Test
    void aWholeAnswerToAValidationTakesThePlaceOfTheOldOne() throws Exception {
        FakeOrigin.Behaviour changing =
                exchange ->
                        FakeOrigin.answer(
                                        isValidation(exchange)
                                                ? answer("new", FRESH, "ETag: \"2\"")
                                                : answer("old", STALE, TAG))
                                .serve(exchange);
        try (FakeOrigin origin = FakeOrigin.start(changing);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("old");
            await().until(() -> client.get("/").response().text().equals("new"));
            assertThat(hit(client, "/").text()).isEqualTo("new");
        }
    }

    @Test
    void aValidationUpdatesTheStoredFields() throws Exception {
        String update = TAG + "\r\n" + FRESH + "\r\nX-Own: new\r\nContent-Length: 99";
        try (FakeOrigin origin =
                        FakeOrigin.start(
                                validating(update, answer("good", STALE, TAG, "X-Own: old")));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            validated(origin, client);
            await().until(() -> "new".equals(hit(client, "/").head().field("X-Own")));
            Message stored = hit(client, "/");
            assertThat(stored.head().all("X-Own")).containsExactly("new");
            assertThat(stored.head().field("Content-Length")).isEqualTo("4");
            assertThat(stored.text()).isEqualTo("good");
        }
    }

    /// RFC 9111 §5.2.2.2: an error rather than a stale response.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=0, must-revalidate, stale-if-error=60|504",
                "max-age=0, proxy-revalidate, stale-if-error=60|504",
                "s-maxage=0|504",
                "max-age=60, no-cache|504",
                "max-age=0|502",
            })
    void mustRevalidateIsAnErrorWithoutAConnection(String control, int status) throws Exception {
        String stored = answer("old", "Cache-Control: " + control, TAG);
        String windows = "stale-on-error = \"0s\"\nstale-while-updating = \"0s\"";
        try (FakeOrigin origin = FakeOrigin.answering(stored);
                TestBreakwater breakwater = caching(origin, windows).start();
                RawClient client = breakwater.client()) {
            validated(origin, client);
            origin.behave(OriginExchange::reset);
            // What is still being stored is not asked about yet.
            await().until(() -> client.get("/").response().status() == status);
            try (DeadNode dead = DeadNode.refusing()) {
                String toml = caching(origin, windows).toml();
                breakwater.apply(toml.replace(origin.address(), dead.address()));
                assertThat(client.get("/").response().status()).isEqualTo(status);
            }
        }
    }

    @Test
    void staleResponsesAnswerWhileANewOneIsFetchedOnce() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        String window = STALE + ", stale-while-revalidate=60";
        FakeOrigin.Behaviour slow =
                exchange -> {
                    if (isValidation(exchange)) {
                        go.await();
                        FakeOrigin.answer(answer("new", FRESH, "ETag: \"2\"")).serve(exchange);
                    } else {
                        FakeOrigin.answer(answer("old", window, TAG)).serve(exchange);
                    }
                };
        try (FakeOrigin origin = FakeOrigin.start(slow);
                TestBreakwater breakwater = caching(origin, "background-refresh = true").start();
                RawClient client = breakwater.client()) {
            await().until(() -> {
                assertThat(client.get("/").response().text()).isEqualTo("old");
                return origin.exchanges().stream().anyMatch(CacheProtocolTest::isValidation);
            });
            int before = origin.exchanges().size();
            for (int i = 0; i < 5; i++)
                assertThat(client.get("/").response().text()).isEqualTo("old");
            assertThat(origin.exchanges()).hasSize(before);
            go.countDown();
            await().until(() -> client.get("/").response().text().equals("new"));
        }
    }

    @Test
    void staleResponsesAnswerWhenNobodyListensOrA503Comes() throws Exception {
        String window = STALE + ", stale-if-error=60";
        try (FakeOrigin origin = FakeOrigin.answering(answer("old", window, TAG));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            validated(origin, client);
            origin.behave(
                    FakeOrigin.answer(
                            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno"));
            Message instead = client.get("/").response();
            assertThat(instead.status()).isEqualTo(200);
            assertThat(instead.text()).isEqualTo("old");
            try (DeadNode dead = DeadNode.refusing()) {
                breakwater.apply(caching(origin).toml().replace(origin.address(), dead.address()));
                assertThat(client.get("/").response().text()).isEqualTo("old");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 203, 204, 299, 301, 400, 404, 410, 451, 499, 500, 503, 504, 599})
    void everyStatusIsStoredWhenItIsFresh(int status) throws Exception {
        String length = status == 204 ? "" : "Content-Length: 1\r\n";
        String text =
                "HTTP/1.1 "
                        + status
                        + " Some\r\nCache-Control: max-age=60\r\n"
                        + length
                        + "\r\n"
                        + (status == 204 ? "" : "x");
        try (FakeOrigin origin = FakeOrigin.answering(text);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(status);
            Message stored = hit(client, "/");
            assertThat(stored.status()).isEqualTo(status);
            assertThat(stored.text()).isEqualTo(status == 204 ? "" : "x");
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, 200, true",
        "POST, 201, true",
        "DELETE, 204, true",
        "PATCH, 303, true",
        "POST, 400, false",
        "DELETE, 500, false",
        "OPTIONS, 200, false",
    })
    void unsafeRequestsInvalidateUnlessTheyFail(String method, int status, boolean invalidates)
            throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("old", FRESH));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            origin.behave(
                    FakeOrigin.answer(
                            "HTTP/1.1 "
                                    + status
                                    + " So\r\n"
                                    + (status == 204 ? "\r\n" : "Content-Length: 0\r\n\r\n")));
            send(client, method, "/", "Content-Length: 0");
            assertThat(client.response(method).status()).isEqualTo(status);
            origin.behave(FakeOrigin.answer(answer("new", FRESH)));
            assertThat(client.get("/").response().text()).isEqualTo(invalidates ? "new" : "old");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Location: /named", "Content-Location: /named"})
    void whatAnUnsafeResponseNamesIsInvalidatedToo(String field) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("old", FRESH));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            hit(client, "/named");
            hit(client, "/else");
            origin.behave(
                    FakeOrigin.answer(
                            "HTTP/1.1 201 Created\r\n" + field + "\r\nContent-Length: 0\r\n\r\n"));
            send(client, "POST", "/", "Content-Length: 0");
            client.response();
            origin.behave(FakeOrigin.answer(answer("new", FRESH)));
            assertThat(client.get("/named").response().text()).isEqualTo("new");
            assertThat(client.get("/else").response().text()).isEqualTo("old");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Cache-Control: no-cache", "Cache-Control: max-age=0", "Pragma: no-cache"})
    void whoWantsCareGetsIt(String field) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(
                                validating(TAG + "\r\n" + FRESH, answer("good", FRESH, TAG)));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            await().until(() -> {
                assertThat(get(client, "/", field).text()).isEqualTo("good");
                return origin.exchanges().stream().anyMatch(CacheProtocolTest::isValidation);
            });
        }
    }

    @Test
    void interimResponsesAreNotTheStoredOne() throws Exception {
        FakeOrigin.Behaviour hinting =
                exchange -> {
                    exchange.readAll();
                    exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                    exchange.send(answer("final", FRESH));
                };
        try (FakeOrigin origin = FakeOrigin.start(hinting);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("final");
            Message stored = hit(client, "/");
            assertThat(stored.text()).isEqualTo("final");
            assertThat(stored.head().has("Link")).isFalse();
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void requestsThatMayNotBeStoredMayBeAnswered() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("x", FRESH));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            for (int i = 0; i < 2; i++) get(client, "/", "Cache-Control: no-store");
            assertThat(origin.exchanges()).hasSize(2);
            hit(client, "/");
            assertThat(isHit(get(client, "/", "Cache-Control: no-store").head())).isTrue();
        }
    }

    @Test
    void bothVersionsOfTheProtocolShareWhatIsStored() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("0123456789", FRESH, TAG));
                TestBreakwater breakwater =
                        caching(origin).server("protocols = [\"http1\", \"h2\"]").start();
                RawClient client = breakwater.client();
                H2Client h2 = H2Client.to(breakwater.port())) {
            H2Stream first = h2.send("GET", "/").awaitEnd();
            assertThat(first.text()).isEqualTo("0123456789");
            Message stored = hit(client, "/");
            assertThat(did(stored.head())).contains("hit");
            H2Stream part = h2.send("GET", "/", "range: bytes=2-4").awaitEnd();
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("234");
            H2Stream same = h2.send("GET", "/", "if-none-match: \"1\"").awaitEnd();
            assertThat(same.status()).isEqualTo(304);
            H2Stream head = h2.send("HEAD", "/").awaitEnd();
            assertThat(head.field("content-length")).isEqualTo("10");
            assertThat(head.text()).isEmpty();
            assertThat(origin.exchanges()).hasSize(1);
        }
    }
}
