package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Responses before the response (RFC 9110 §10.1.1 and §15.2) and fields after the body.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class InterimTest {
    private static final String[] EXPECTING = {
        "POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Expect: 100-continue"
    };

    @ParameterizedTest
    @EnumSource
    void continueComesFromTheOrigin(BodyEngine engine) throws Exception {
        CountDownLatch mayContinue = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            mayContinue.await();
                            exchange.respond("HTTP/1.1 100 Continue");
                            exchange.send(FakeOrigin.ok(exchange.readAll().text()));
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request(EXPECTING);
            OriginExchange exchange = origin.exchange(1);
            assertThat(exchange.head().field("Expect")).isEqualToIgnoringCase("100-continue");
            assertThat(client.hasMore()).as("answered before the origin did").isFalse();
            mayContinue.countDown();
            assertThat(client.head().status()).isEqualTo(100);
            client.send("hello");
            Head head = client.head();
            assertThat(head.status()).as("one 100 only").isEqualTo(200);
            assertThat(client.body(head).read(5)).isEqualTo("hello");
            assertThat(client.get("/").response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatNeverContinuesGetsTheBodyOnce(BodyEngine engine) throws Exception {
        // The first node refuses: its attempt's wait must not run into the second one's.
        try (DeadNode dead = DeadNode.refusing();
                FakeOrigin origin =
                        FakeOrigin.start(exchange ->
                                exchange.send(FakeOrigin.ok(exchange.readAll().text())));
                TestBreakwater breakwater =
                        Setup.to(dead.address(), origin.address()).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request(EXPECTING);
            assertThat(client.head().status()).isEqualTo(100);
            client.send("hello");
            Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(client.body(head).read(5)).isEqualTo("hello");
            assertThat(breakwater.stopAndLog()).containsExactly("200 -");
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, 417", "PUMP, 401", "SERVLET, 417", "SERVLET, 401"})
    void originMayRefuseBeforeTheBody(BodyEngine engine, int status) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange ->
                                exchange.respond(
                                                "HTTP/1.1 " + status + " No",
                                                "Connection: close",
                                                "Content-Length: 0")
                                        .close());
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request(EXPECTING);
            Head head = client.head();
            assertThat(head.status()).isEqualTo(status);
            assertThat(breakwater.log(1)).containsExactly(status + " -");
        }
    }

    @Test
    void refusesOtherExpectations() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", "Expect: the-unexpected");
            assertThat(client.response().status()).isEqualTo(417);
            assertThat(breakwater.stopAndLog()).containsExactly("417 expectation-failed");
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void earlyHintsArriveBeforeTheResponse(BodyEngine engine) throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond(
                                    "HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload");
                            mayAnswer.await();
                            exchange.send(FakeOrigin.ok("hello"));
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.get("/");
            Head hints = client.head();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.field("Link")).isEqualTo("</a.css>; rel=preload");
            mayAnswer.countDown();
            Message response = client.response();
            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.head().has("Link")).isFalse();
            assertThat(breakwater.stopAndLog()).containsExactly("200 -");
        }
    }

    @Test
    void oldClientsGetNoInterimResponse() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                        + FakeOrigin.ok("hello"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.0", "Host: a");
            assertThat(client.head().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUMP, 102",
        "PUMP, 199",
        "PUMP, 100",
        "SERVLET, 102",
        "SERVLET, 199",
        "SERVLET, 100"
    })
    void otherInterimResponsesConfuseNobody(BodyEngine engine, int interim) throws Exception {
        String response = "HTTP/1.1 " + interim + " Wait\r\n\r\n";
        try (FakeOrigin origin =
                        FakeOrigin.answering(response + response + FakeOrigin.ok("hello"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("hello");
            assertThat(client.get("/").response().text()).isEqualTo("hello");
            assertThat(breakwater.stopAndLog()).containsExactly("200 -", "200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void trailersOfResponsesReachTheClient(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\nTrailer: Sum\r\n"
                                        + "Transfer-Encoding: chunked\r\n\r\n"
                                        + "3\r\nabc\r\n0\r\nSum: 6\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                client.request("GET / HTTP/1.1", "Host: a", "TE: trailers", "Connection: TE");
                Message response = client.response();
                assertThat(response.text()).isEqualTo("abc");
                assertThat(response.trailers()).containsExactly(new Head.Field("Sum", "6"));
            }
            assertThat(origin.exchange(1).head().field("TE")).isEqualTo("trailers");
        }
    }

    @ParameterizedTest
    @EnumSource
    void trailersOfRequestsReachTheOrigin(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Trailer: Sum");
            client.chunk("abc").send("0\r\nSum: 6\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(200);
            Message request = origin.exchange(1).request();
            assertThat(request.text()).isEqualTo("abc");
            assertThat(request.trailers()).containsExactly(new Head.Field("Sum", "6"));
        }
    }
}
