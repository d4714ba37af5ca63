package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every timeout of the model ends what it is about, with its own status and reason.
@WireTest
class TimeoutTest {
    @ParameterizedTest
    @EnumSource
    void connectTimeout(BodyEngine engine) throws Exception {
        try (DeadNode silent = DeadNode.silent();
                TestBreakwater breakwater =
                        Setup.to(silent.address())
                                .engine(engine)
                                .upstream("connect-timeout = \"300ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(504);
            assertThat(breakwater.stopAndLog()).containsExactly("504 upstream-connect-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void responseTimeout(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .engine(engine)
                                .upstream("response-timeout = \"300ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(504);
            assertThat(origin.exchange(1).ended()).isNotNull();
            assertThat(breakwater.stopAndLog()).containsExactly("504 upstream-response-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void idleTimeoutInTheBody(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Content-Length: 10");
                            exchange.send("hello").awaitEnd();
                        });
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .engine(engine)
                                .upstream("idle-timeout = \"300ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            Message response = client.get("/").response();
            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(origin.exchange(1).ended()).isNotNull();
            assertThat(breakwater.stopAndLog()).containsExactly("200 upstream-idle-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void locationTimeoutBeforeTheHead(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).location("timeout = \"300ms\"").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(504);
            assertThat(origin.exchange(1).ended()).isNotNull();
            assertThat(breakwater.stopAndLog()).containsExactly("504 exchange-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void locationTimeoutInTheBody(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
                            exchange.chunk("hello").awaitEnd();
                        });
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).location("timeout = \"300ms\"").start();
                RawClient client = breakwater.client()) {
            Message response = client.get("/").response();
            assertThat(response.ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(breakwater.stopAndLog()).containsExactly("200 exchange-timeout");
        }
    }

    @Test
    void headerTimeout() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("header-timeout = \"400ms\"").start();
                RawClient client = breakwater.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Unfin");
            assertThat(client.response().status()).isEqualTo(408);
            client.ending();
            assertThat(breakwater.log(1)).containsExactly("408 header-timeout");
        }
    }

    @Test
    void headerTimeoutIsForTheWholeHead() throws Exception {
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
                FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("header-timeout = \"400ms\"").start();
                RawClient client = breakwater.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
            ScheduledFuture<?> drip =
                    timer.scheduleAtFixedRate(() -> drip(client), 50, 50, TimeUnit.MILLISECONDS);
            assertThat(client.response().status()).isEqualTo(408);
            drip.cancel(false);
            assertThat(breakwater.log(1)).containsExactly("408 header-timeout");
        }
    }

    @Test
    void headerTimeoutCountsFromTheFirstByteOfALaterRequest() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("header-timeout = \"400ms\"").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(200);
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            assertThat(client.response().status()).isEqualTo(408);
            breakwater.log(2);
            assertThat(breakwater.stopAndLog()).containsExactly("200 -", "408 header-timeout");
        }
    }

    @Test
    void idleConnectionsAreClosedWithoutAWord() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).server("idle-timeout = \"300ms\"").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(200);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(breakwater.stopAndLog()).containsExactly("200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyTimeout(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::readAll);
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).server("body-timeout = \"300ms\"").start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 10").send("abc");
            Message response = client.response();
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.head().field("Connection")).isEqualToIgnoringCase("close");
            assertThat(origin.exchange(1).request().ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(breakwater.stopAndLog()).containsExactly("408 body-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlowExchangeThatMovesIsNotEnded(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(TimeoutTest::moveSlowly);
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .engine(engine)
                                .server("idle-timeout = \"1s\"\nheader-timeout = \"1s\"")
                                .upstream("idle-timeout = \"1s\"\nresponse-timeout = \"1s\"")
                                .start();
                RawClient client = breakwater.client()) {
            Message response = client.get("/").response();
            assertThat(response.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(response.text()).hasSize(10);
        }
    }

    private static void moveSlowly(OriginExchange exchange) throws Exception {
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            exchange.respond("HTTP/1.1 200 OK", "Content-Length: 10");
            for (int byteNumber = 0; byteNumber < 10; byteNumber++) {
                timer.schedule(() -> exchange.send("x"), 150, TimeUnit.MILLISECONDS).get();
            }
        }
    }

    private static void drip(RawClient client) {
        try {
            client.send("x");
        } catch (IOException closed) {
            throw new IllegalStateException(closed); // ends the dripping, as it should
        }
    }
}
