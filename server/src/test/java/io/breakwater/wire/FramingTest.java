package io.breakwater.wire;

import static io.breakwater.testing.FakeOrigin.answer;
import static io.breakwater.testing.FakeOrigin.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Framing;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How the ends of messages are told on either side (RFC 9112 §6).
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class FramingTest {
    private static final long LARGE_BYTES = 8 << 20;

    @ParameterizedTest
    @EnumSource
    void keepsContentLengthOfResponses(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(ok("hello"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 3; round++) {
                Message response = client.get("/").response();
                assertThat(response.framing()).isEqualTo(Framing.LENGTH);
                assertThat(response.text()).isEqualTo("hello");
                assertThat(response.head().field("Content-Type")).isEqualTo("text/plain");
            }
            assertThat(breakwater.stopAndLog()).containsExactly("200 -", "200 -", "200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsChunkedResponsesChunked(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(chunked("he", "llo"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                Message response = client.get("/").response();
                assertThat(response.framing()).isEqualTo(Framing.CHUNKED);
                assertThat(response.text()).isEqualTo("hello");
                assertThat(response.ending()).isEqualTo(Ending.COMPLETE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void relaysEmptyBodies(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(ok(""));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().head().field("Content-Length")).isEqualTo("0");
            origin.behave(answer(chunked()));
            assertThat(client.get("/").response().text()).isEmpty();
            assertThat(client.get("/").response().text()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void headHasTheFieldsAndNoBody(BodyEngine engine) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: \"x\"\r\n\r\n";
        try (FakeOrigin origin = FakeOrigin.answering(head);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                client.request("HEAD /h HTTP/1.1", "Host: example.test");
                Message response = client.response("HEAD");
                assertThat(response.head().field("Content-Length")).isEqualTo("1234");
                assertThat(response.head().field("ETag")).isEqualTo("\"x\"");
            }
            assertThat(origin.exchange(1).head().method()).isEqualTo("HEAD");
        }
    }

    @ParameterizedTest
    @EnumSource
    void headOfAChunkedResourceEndsAtItsHead(BodyEngine engine) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (FakeOrigin origin = FakeOrigin.answering(head);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                client.request("HEAD /h HTTP/1.1", "Host: example.test");
                assertThat(client.response("HEAD").status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noContentHasNoFraming(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering("HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                Head head = client.get("/").response().head();
                assertThat(head.status()).isEqualTo(204);
                assertThat(head.field("X-A")).isEqualTo("1");
                // RFC 9110 §8.6 and RFC 9112 §6.1: neither field in a 204
                assertThat(head.has("Content-Length")).isFalse();
                assertThat(head.has("Transfer-Encoding")).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void notModifiedKeepsContentLength(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 304 Not Modified\r\n"
                                        + "ETag: \"x\"\r\nContent-Length: 42\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                Head head = client.get("/").response().head();
                assertThat(head.status()).isEqualTo(304);
                assertThat(head.field("ETag")).isEqualTo("\"x\"");
                assertThat(head.field("Content-Length")).isEqualTo("42");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void oldClientsGetTheEndOfTheConnection(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(chunked("he", "llo"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.0", "Host: example.test");
            Message response = client.response();
            assertThat(response.framing()).isEqualTo(Framing.CLOSE);
            assertThat(response.text()).isEqualTo("hello");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(origin.exchange(1).head().version()).isEqualTo("HTTP/1.1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void responsesEndedByCloseKeepTheClientsConnection(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send("HTTP/1.0 200 OK\r\n\r\nhello").close();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                Message response = client.get("/").response();
                assertThat(response.framing()).isEqualTo(Framing.CHUNKED);
                assertThat(response.text()).isEqualTo("hello");
                assertThat(response.head().version()).isEqualTo("HTTP/1.1");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheFramingOfRequests(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST /1 HTTP/1.1", "Host: a", "Content-Length: 5").send("hello");
            assertThat(client.response().text()).isEqualTo("x");
            client.request("POST /2 HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("he").chunk("llo").send("0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("x");
            client.request("POST /3 HTTP/1.1", "Host: a", "Content-Length: 0");
            assertThat(client.response().text()).isEqualTo("x");
            client.request("POST /4 HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.send("0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("x");
            client.request("GET /5 HTTP/1.1", "Host: a", "Content-Length: 3").send("abc");
            assertThat(client.response().text()).isEqualTo("x");

            assertRequest(origin, 1, Framing.LENGTH, "hello");
            assertRequest(origin, 2, Framing.CHUNKED, "hello");
            assertThat(origin.exchange(3).head().field("Content-Length")).isEqualTo("0");
            assertThat(origin.exchange(4).request().text()).isEmpty();
            assertRequest(origin, 5, Framing.LENGTH, "abc");
        }
    }

    @ParameterizedTest
    @EnumSource
    void requestsWithoutABodyGetNoFraming(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            assertThat(origin.exchange(1).head().has("Content-Length")).isFalse();
            assertThat(origin.exchange(1).head().has("Transfer-Encoding")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersPipelinedRequestsInOrder(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> exchange.send(ok(exchange.head().target())));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            String get = "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send(get.formatted(1) + get.formatted(2) + get.formatted(3));
            assertThat(client.response().text()).isEqualTo("/1");
            assertThat(client.response().text()).isEqualTo("/2");
            assertThat(client.response().text()).isEqualTo("/3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void largeBodiesArriveUnchangedBothWays(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            assertThat(Pattern.check(exchange.body())).isEqualTo(LARGE_BYTES);
                            exchange.respond("HTTP/1.1 200 OK", "Content-Length: " + LARGE_BYTES);
                            new Pattern().write(exchange.out(), LARGE_BYTES);
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: " + LARGE_BYTES);
            sendPattern(client);
            Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(Pattern.check(client.body(head))).isEqualTo(LARGE_BYTES);
        }
    }

    private static void sendPattern(RawClient client) throws IOException {
        Pattern pattern = new Pattern();
        while (pattern.position() < LARGE_BYTES) {
            client.send(pattern.next(64 * 1024));
        }
    }

    private static void assertRequest(FakeOrigin origin, int number, Framing framing, String body)
            throws Exception {
        Message request = origin.exchange(number).request();
        assertThat(request.framing()).isEqualTo(framing);
        assertThat(request.text()).isEqualTo(body);
    }

    private static String chunked(String... chunks) {
        StringBuilder text =
                new StringBuilder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String chunk : chunks) {
            text.append(Integer.toHexString(chunk.length())).append("\r\n");
            text.append(chunk).append("\r\n");
        }
        return text.append("0\r\n\r\n").toString();
    }
}
