package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Framing;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// HTTP/2 without TLS on the client's side.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class Http2Test {
    private static final String H2 = "protocols = [\"http1\", \"h2\"]";
    private static final int LARGE_BYTES = 2 << 20;

    @ParameterizedTest
    @EnumSource
    void relaysGet(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream one = client.send("GET", "/a?b=c|d", "x-a: 1", "cookie: a=1", "cookie: b=2");
            H2Stream two = client.send("GET", "/two");
            assertThat(one.awaitEnd().text()).isEqualTo("hello");
            assertThat(two.awaitEnd().status()).isEqualTo(200);
            assertThat(one.field("content-length")).isEqualTo("5");
            Head head = headOf(origin, "/a?b=c|d");
            assertThat(head.field("Host")).isEqualTo("example.test");
            assertThat(head.field("X-A")).isEqualTo("1");
            // RFC 9113 §8.2.3: cookie crumbs are joined again for HTTP/1.1
            assertThat(head.field("Cookie")).isEqualTo("a=1; b=2");
            assertThat(head.fields()).noneMatch(field -> field.name().startsWith(":"));
            assertThat(head.has("Content-Length")).isFalse();
            assertThat(head.has("Transfer-Encoding")).isFalse();
            assertThat(breakwater.stopAndLog()).containsExactly("200 -", "200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesWithoutALengthAreChunkedAtTheOrigin(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            byte[] large = new Pattern().next(LARGE_BYTES);
            H2Stream stream = client.open("POST", "/").data(large).end();
            assertThat(stream.awaitEnd().status()).isEqualTo(200);
            Message request = origin.exchange(1).request();
            assertThat(request.framing()).isEqualTo(Framing.CHUNKED);
            assertThat(request.body()).isEqualTo(large);
        }
    }

    @ParameterizedTest
    @EnumSource
    void knownLengthsAreKept(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("hello"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.open("PUT", "/", "content-length: 3").data(ascii("abc")).end();
            assertThat(stream.awaitEnd().status()).isEqualTo(200);
            Message request = origin.exchange(1).request();
            assertThat(request.framing()).isEqualTo(Framing.LENGTH);
            assertThat(request.text()).isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @EnumSource
    void trailersPassBothWays(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "3\r\nabc\r\n0\r\nSum: 6\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream =
                    client.open("POST", "/", "te: trailers").data(ascii("xyz")).end("up: 7");
            assertThat(stream.awaitEnd().text()).isEqualTo("abc");
            assertThat(stream.trailer("sum")).isEqualTo("6");
            assertThat(origin.exchange(1).request().trailers())
                    .anySatisfy(field -> {
                        assertThat(field.name()).isEqualToIgnoringCase("up");
                        assertThat(field.value()).isEqualTo("7");
                    });
        }
    }

    @ParameterizedTest
    @EnumSource
    void linesAreSeenOneByOneInBothDirections(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
                            for (int line = 0; line < 3; line++) {
                                exchange.chunk(exchange.body().read(2));
                            }
                            exchange.readAll();
                            exchange.send("0\r\n\r\n");
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.open("POST", "/").data(ascii("0\n"));
            assertThat(stream.await(2)).isEqualTo("0\n");
            stream.data(ascii("1\n"));
            assertThat(stream.await(4)).isEqualTo("0\n1\n");
            stream.data(ascii("2\n")).end();
            assertThat(stream.awaitEnd().text()).isEqualTo("0\n1\n2\n");
            assertThat(stream.resetCode()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void earlyHintsPass(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                        + FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.send("GET", "/").awaitEnd();
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.interim()).containsExactly(103);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenBodyResetsTheStreamOnly(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Content-Length: 10");
                            exchange.send("hello").close();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream broken = client.send("GET", "/").awaitEnd();
            assertThat(broken.resetCode()).isNotNull();
            origin.behave(FakeOrigin.answer(FakeOrigin.ok("x")));
            assertThat(client.send("GET", "/").awaitEnd().text()).isEqualTo("x");
            assertThat(breakwater.stopAndLog()).containsExactly("200 upstream-reset", "200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledStreamCancelsTheRequest(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.send("GET", "/");
            OriginExchange exchange = origin.exchange(1);
            stream.cancel();
            assertThat(exchange.ended()).isNotNull();
            assertThat(breakwater.log(1)).containsExactly("499 client-left");
        }
    }

    @Test
    void manyStreamsRunAtOnce() throws Exception {
        Semaphore gate = new Semaphore(0);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            gate.acquire();
                            exchange.send(FakeOrigin.ok(exchange.head().target()));
                        });
                TestBreakwater breakwater = Setup.to(origin).server(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream[] streams = new H2Stream[40];
            for (int number = 0; number < streams.length; number++) {
                streams[number] = client.send("GET", "/" + number);
            }
            origin.exchange(streams.length);
            gate.release(streams.length);
            for (int number = 0; number < streams.length; number++) {
                assertThat(streams[number].awaitEnd().text()).isEqualTo("/" + number);
            }
        }
    }

    @Test
    void http1StaysAvailableOnTheSamePort() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).server(H2).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("x");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Head headOf(FakeOrigin origin, String target) {
        origin.exchange(2);
        return origin.exchanges().stream()
                .map(OriginExchange::head)
                .filter(head -> head.target().equals(target))
                .findFirst()
                .orElseThrow();
    }
}
