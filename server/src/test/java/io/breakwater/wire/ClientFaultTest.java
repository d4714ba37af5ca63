package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.BodyReader;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// Clients that leave, ask for too much or send too much.
@WireTest
class ClientFaultTest {
    @ParameterizedTest
    @EnumSource
    void leavingBeforeTheAnswerCancelsTheRequest(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start()) {
            RawClient client = breakwater.client();
            client.get("/");
            OriginExchange exchange = origin.exchange(1);
            client.reset();
            assertThat(exchange.ended()).isNotNull();
            assertThat(breakwater.log(1)).containsExactly("499 client-left");
        }
    }

    /// While the first request waits its connection is watched; the watch reads the head.
    @ParameterizedTest
    @EnumSource
    void aBodyWhoseHeadCameWithTheRequestBeforeArrives(BodyEngine engine) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            if (exchange.head().target().equals("/left")) exchange.awaitEnd();
                            if (exchange.head().target().equals("/slow")) answered.await();
                            exchange.send(FakeOrigin.ok(exchange.readAll().text()));
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client();
                RawClient other = breakwater.client()) {
            client.get("/slow");
            assertThat(origin.exchange(1).head().target()).isEqualTo("/slow");
            other.get("/left");
            assertThat(origin.exchange(2).head().target()).isEqualTo("/left");
            other.reset();
            // The younger exchange's watch has seen that; so the older one is watched, too.
            assertThat(breakwater.log(1)).containsExactly("499 client-left");
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 5");
            answered.countDown();
            assertThat(client.response().text()).isEmpty();
            // The servlet engine sends the head with the first bytes of the body.
            if (engine == BodyEngine.PUMP) assertThat(origin.exchange(3)).isNotNull();
            client.send("hello");
            assertThat(client.response().text()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavingInTheAnswerCancelsTheRequest(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(ClientFaultTest::pourForEver);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start()) {
            RawClient client = breakwater.client();
            BodyReader body = client.body(client.get("/").head());
            body.read(1000);
            client.reset();
            assertThat(breakwater.log(1)).containsExactly("200 client-left");
            assertThat(origin.exchange(1).ended()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavingInTheUploadCancelsTheRequest(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::readAll);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start()) {
            RawClient client = breakwater.client();
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 10").send("abc");
            OriginExchange exchange = origin.exchange(1);
            client.reset();
            assertThat(exchange.request().ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(breakwater.log(1)).containsExactly("499 client-left");
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavingInTheUploadIsNotAWarning(BodyEngine engine) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Response.class);
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        warnings.start();
        logger.addAppender(warnings);
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::readAll);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start()) {
            RawClient client = breakwater.client();
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 10").send("abc");
            assertThat(origin.exchange(1)).isNotNull();
            client.reset();
            assertThat(breakwater.log(1)).containsExactly("499 client-left");
            breakwater.stopAndLog();
        } finally {
            logger.detachAppender(warnings);
        }
        assertThat(warnings.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .filteredOn(event -> event.getFormattedMessage().contains("ProxyException"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anUploadThatEndsEarlyIsNotPassedAsWhole(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::readAll);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("abc").finishSending();
            assertThat(origin.exchange(1).request().ending()).isNotEqualTo(Ending.COMPLETE);
            breakwater.log(1);
            assertThat(breakwater.stopAndLog()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void announcedBodyTooLarge(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).server("max-body-size = \"1kb\"").start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 1025");
            assertThat(client.response().status()).isEqualTo(413);
            assertThat(breakwater.stopAndLog()).containsExactly("413 body-too-large");
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyOfTheLargestSizePasses(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).server("max-body-size = \"1kb\"").start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 1024");
            client.send("x".repeat(1024));
            assertThat(client.response().status()).isEqualTo(200);
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("x".repeat(512)).chunk("x".repeat(512)).send("0\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void countedBodyTooLarge(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::readAll);
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .engine(engine)
                                .location("max-body-size = \"1kb\"")
                                .start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("x".repeat(1000)).chunk("x".repeat(1000));
            assertThat(client.response().status()).isEqualTo(413);
            breakwater.log(1);
            assertThat(breakwater.stopAndLog()).containsExactly("413 body-too-large");
            for (OriginExchange exchange : origin.exchanges()) {
                assertThat(exchange.request().ending()).isNotEqualTo(Ending.COMPLETE);
            }
        }
    }

    @Test
    void targetTooLong() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("max-header-size = \"2kb\"").start();
                RawClient client = breakwater.client()) {
            client.get("/" + "x".repeat(3000));
            assertThat(client.response().status()).isEqualTo(414);
            assertThat(breakwater.log(1)).containsExactly("414 uri-too-long");
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @Test
    void fieldsTooLarge() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("max-header-size = \"2kb\"").start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", "X-Large: " + "x".repeat(3000));
            assertThat(client.response().status()).isEqualTo(431);
            assertThat(breakwater.log(1)).containsExactly("431 headers-too-large");
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionIsClosedAfterItsNumberOfRequests(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).server("keep-alive-requests = 2").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().head().has("Connection")).isFalse();
            Message last = client.get("/").response();
            assertThat(last.text()).isEqualTo("x");
            assertThat(last.head().field("Connection")).isEqualToIgnoringCase("close");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        }
    }

    /// An answer on its way would be destroyed by the reset that follows when bytes are left
    /// unread.
    @ParameterizedTest
    @EnumSource
    void whoSendsOnAfterItsLastRequestGetsItsAnswerWhole(BodyEngine engine) throws Exception {
        String page = "x".repeat(2_000_000);
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok(page));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", "Connection: close");
            Head head = client.head();
            client.send("y".repeat(50_000));
            Message answer = client.rest(head);
            assertThat(answer.text()).isEqualTo(page);
            client.send("y".repeat(50_000));
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            client.finishSending();
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() == 0);
            assertThat(breakwater.log(1)).containsExactly("200 -");
        }
    }

    @Test
    void whoNeverEndsAfterItsLastAnswerIsClosed() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("header-timeout = \"1s\"").start();
                RawClient client = breakwater.client()) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + "y".repeat(20_000));
            assertThat(client.response().text()).isEqualTo("x");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() == 0);
            assertThat(breakwater.log(1)).containsExactly("200 -");
        }
    }

    @Test
    void aConnectionWithoutAPlaceTakesNoneFromOthers() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).server("max-connections = 1").start();
                RawClient one = breakwater.client()) {
            assertThat(one.get("/").response().status()).isEqualTo(200);
            List<RawClient> surplus = new ArrayList<>();
            for (int i = 0; i < 8; i++) surplus.add(breakwater.client());
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() == 9);
            assertThat(one.get("/").response().status()).isEqualTo(200);
            assertThat(surplus.removeFirst().get("/").response().status()).isEqualTo(503);
            assertThat(one.get("/").response().status()).isEqualTo(200);
            one.request("GET / HTTP/1.1", "Host: a", "Connection: close").response();
            // The next of them that asks after the end was noticed takes the place.
            await().atMost(RawClient.PATIENCE)
                    .until(() -> surplus.removeFirst().get("/").response().status() == 200);
        }
    }

    @Test
    void noMoreConnectionsThanAllowed() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).server("max-connections = 2").start();
                RawClient one = breakwater.client();
                RawClient two = breakwater.client()) {
            assertThat(one.get("/").response().status()).isEqualTo(200);
            assertThat(two.get("/").response().status()).isEqualTo(200);
            try (RawClient three = breakwater.client()) {
                assertThat(three.get("/").response().status()).isEqualTo(503);
                three.ending();
                assertThat(origin.exchanges()).hasSize(2);
            }
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() <= 2);
            assertThat(
                            one.request("GET / HTTP/1.1", "Host: a", "Connection: close")
                                    .response()
                                    .status())
                    .isEqualTo(200);
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().connections() < 2);
            try (RawClient four = breakwater.client()) {
                assertThat(four.get("/").response().status()).isEqualTo(200);
            }
            assertThat(breakwater.log(4).get(2)).startsWith("503 max-");
        }
    }

    @ParameterizedTest
    @EnumSource
    void noMoreExchangesAtOnceThanTheLocationAllows(BodyEngine engine) throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            mayAnswer.await();
                            exchange.send(FakeOrigin.ok("x"));
                        });
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).location("max-concurrent = 1").start();
                RawClient one = breakwater.client();
                RawClient two = breakwater.client()) {
            one.get("/");
            origin.exchange(1);
            assertThat(two.get("/").response().status()).isEqualTo(503);
            breakwater.log(1);
            mayAnswer.countDown();
            assertThat(one.response().status()).isEqualTo(200);
            breakwater.log(2);
            assertThat(two.get("/").response().status()).isEqualTo(200);
            assertThat(breakwater.stopAndLog())
                    .containsExactly("503 max-concurrent", "200 -", "200 -");
        }
    }

    private static void pourForEver(OriginExchange exchange) throws Exception {
        exchange.respond("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
        try {
            while (true) {
                exchange.chunk("x".repeat(8000));
            }
        } catch (IOException gone) {
            exchange.awaitEnd();
        }
    }
}
