package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Framing;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the client and the log get when a node fails.
@WireTest
class UpstreamFailureTest {
    @ParameterizedTest
    @EnumSource
    void theNextNodeAnswersWhenOneRefuses(BodyEngine engine) throws Exception {
        try (DeadNode dead = DeadNode.refusing();
                FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(dead.address(), origin.address()).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 6; round++) {
                client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 3").send("abc");
                assertThat(client.response().text()).isEqualTo("x");
            }
            assertThat(origin.exchange(6).request().text()).isEqualTo("abc");
            assertThat(breakwater.stopAndLog()).hasSize(6).containsOnly("200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void badGatewayWhenAllRefuse(BodyEngine engine) throws Exception {
        try (DeadNode one = DeadNode.refusing();
                DeadNode two = DeadNode.refusing();
                TestBreakwater breakwater =
                        Setup.to(one.address(), two.address()).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                Message response = client.get("/").response();
                assertThat(response.status()).isEqualTo(502);
                assertThat(response.text()).doesNotContain(one.address(), "refused", "Exception");
            }
            assertThat(breakwater.stopAndLog())
                    .hasSize(2)
                    .containsOnly("502 upstream-connect-refused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void badGatewayWhenTheNodeClosesOrResetsBeforeTheHead(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::close);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            origin.behave(OriginExchange::reset);
            assertThat(client.get("/").response().status()).isEqualTo(502);
            origin.behave(exchange -> exchange.send("HTTP/1.1 200 OK\r\nContent-Le").close());
            assertThat(client.get("/").response().status()).isEqualTo(502);
            assertThat(breakwater.stopAndLog()).hasSize(3).containsOnly("502 upstream-reset");
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, false", "PUMP, true", "SERVLET, false", "SERVLET, true"})
    void bodyShorterThanItsLengthIsSeenAsBroken(BodyEngine engine, boolean reset) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Content-Length: 10");
                            exchange.send("hello");
                            end(exchange, reset);
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.get("/");
            assertBroken(client, breakwater, Framing.LENGTH);
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, false", "PUMP, true", "SERVLET, false", "SERVLET, true"})
    void chunkedBodyThatEndsEarlyHasNoLastChunk(BodyEngine engine, boolean reset) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
                            exchange.chunk("hello");
                            end(exchange, reset);
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.get("/");
            assertBroken(client, breakwater, Framing.CHUNKED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyEndedByAResetIsSeenAsBroken(BodyEngine engine) throws Exception {
        // without a length only an orderly end is one (RFC 9112 §6.3)
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Content-Type: text/plain");
                            exchange.send("hello");
                            exchange.reset();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.get("/");
            Message response = client.response();
            if (response.status() == 502) {
                // the reset overtook the head
                assertThat(breakwater.stopAndLog()).containsExactly("502 upstream-reset");
                return;
            }
            assertThat(response.ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(breakwater.stopAndLog()).containsExactly("200 upstream-reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void brokenChunkInAResponseIsSeenAsBroken(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
                            exchange.chunk("hello").send("zz\r\nnonsense\r\n");
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            Message response = client.get("/").response();
            assertThat(response.ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(breakwater.stopAndLog())
                    .first()
                    .isIn("200 upstream-invalid", "200 upstream-reset");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage|| ",
                "HTTP/1.1 abc OK|Content-Length: 0||",
                "HTTP/9.9 200 OK|Content-Length: 0||",
                "HTTP/1.1 200 OK|Content-Length: 3|Content-Length: 4||abcd",
                "HTTP/1.1 200 OK|Content-Length: x||",
                "HTTP/1.1 200 OK|no colon||",
                "HTTP/1.1 200 OK|X-A : 1|Content-Length: 0||",
                "HTTP/1.1 200 OK|X-A: nul\0here|Content-Length: 0||",
            })
    void badGatewayWhenTheAnswerIsNotHttp(String answer) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send(answer.replace("|", "\r\n"));
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            assertThat(breakwater.stopAndLog()).containsExactly("502 upstream-invalid");
        }
    }

    @ParameterizedTest
    @EnumSource
    void badGatewayWhenTheHeadIsTooLarge(BodyEngine engine) throws Exception {
        String field = "X-Large: " + "x".repeat(1000) + "\r\n";
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send("HTTP/1.1 200 OK\r\n" + field.repeat(300));
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            assertThat(breakwater.stopAndLog()).containsExactly("502 upstream-headers-too-large");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeptConnectionThatWasClosedDoesNotFailTheNextRequest(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            boolean stale =
                                    exchange.connection() == 1
                                            && exchange.head().target().equals("/2");
                            if (stale) {
                                exchange.close();
                            } else {
                                exchange.send(FakeOrigin.ok("x"));
                            }
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/1").response().status()).isEqualTo(200);
            // RFC 9112 §9.3.1: an idempotent request may be sent again on a new connection
            assertThat(client.get("/2").response().status()).isEqualTo(200);
            assertThat(origin.connections()).isBetween(2, 3);
        }
    }

    @Test
    void serviceUnavailableWhenEveryNodeIsDown() throws Exception {
        try (TestBreakwater breakwater =
                        Setup.ofNodes("[{ address = \"127.0.0.1:9\", state = \"down\" }]").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(503);
            assertThat(breakwater.stopAndLog()).containsExactly("503 no-node");
        }
    }

    @Test
    void backupNodesAnswerWhenTheOthersRefuse() throws Exception {
        try (DeadNode dead = DeadNode.refusing();
                FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.ofNodes(
                                        "[\"%s\", { address = \"%s\", backup = true }]"
                                                .formatted(dead.address(), origin.address()))
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("x");
        }
    }

    private static void end(OriginExchange exchange, boolean reset) throws Exception {
        if (reset) {
            exchange.reset();
        } else {
            exchange.close();
        }
    }

    private static void assertBroken(RawClient client, TestBreakwater breakwater, Framing framing)
            throws Exception {
        Message response = client.response();
        assertThat(response.framing()).isEqualTo(framing);
        assertThat(response.ending()).isNotEqualTo(Ending.COMPLETE);
        assertThat("hello").startsWith(response.text());
        List<String> log = breakwater.stopAndLog();
        assertThat(log).containsExactly("200 upstream-reset");
    }
}
