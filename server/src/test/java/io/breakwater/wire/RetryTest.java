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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// When a request that failed at one node is sent to another, and when it must not be.
@WireTest
class RetryTest {
    private static final FakeOrigin.Behaviour GOOD = FakeOrigin.answer(FakeOrigin.ok("good"));

    @ParameterizedTest
    @CsvSource({
        "PUMP, reset", "PUMP, close", "PUMP, 503", "PUMP, silent",
        "SERVLET, reset", "SERVLET, close", "SERVLET, 503", "SERVLET, silent"
    })
    void anotherNodeAnswersWhenOneFails(BodyEngine engine, String failure) throws Exception {
        try (FakeOrigin bad = FakeOrigin.start(failing(failure));
                FakeOrigin good = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.to(bad.address(), good.address())
                                .engine(engine)
                                .upstream("outlier = \"off\"\nretry = { timeout = \"100ms\" }")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 6; round++) {
                Message response = client.get("/").response();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.text()).isEqualTo("good");
            }
            assertThat(bad.exchanges()).as("in turn with the good one").hasSize(6);
            assertThat(breakwater.stopAndLog()).hasSize(6).containsOnly("200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyOfAtMost64KilobytesIsSentAgain(BodyEngine engine) throws Exception {
        try (FakeOrigin bad =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            exchange.close();
                        });
                FakeOrigin good = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.to(bad.address(), good.address())
                                .engine(engine)
                                .upstream("outlier = \"off\"")
                                .start();
                RawClient client = breakwater.client()) {
            String body = "0123456789abcdef".repeat(4096);
            for (int round = 0; round < 2; round++) {
                client.request("PUT / HTTP/1.1", "Host: a", "Content-Length: 65536").send(body);
                assertThat(client.response().text()).isEqualTo("good");
            }
            assertThat(bad.exchange(1).request().text()).isEqualTo(body);
            for (OriginExchange exchange : good.exchanges())
                assertThat(exchange.request().text()).isEqualTo(body);
            client.request("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.send("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("good");
            assertThat(good.exchange(3).request().text()).isEqualTo("abcdef");
            assertThat(bad.exchanges()).as("in turn with the good one").hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLongerBodyIsNot(BodyEngine engine) throws Exception {
        try (FakeOrigin bad =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            exchange.close();
                        });
                TestBreakwater breakwater = Setup.to(bad).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("PUT / HTTP/1.1", "Host: a", "Content-Length: 70000");
            client.send("x".repeat(70000));
            assertThat(client.response().status()).isEqualTo(502);
            assertThat(bad.exchanges()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, close", "PUMP, 503", "SERVLET, close", "SERVLET, 503"})
    void aPostIsNeverSentTwice(BodyEngine engine, String failure) throws Exception {
        try (FakeOrigin one = FakeOrigin.start(failing(failure));
                FakeOrigin two = FakeOrigin.start(failing(failure));
                TestBreakwater breakwater =
                        Setup.to(one.address(), two.address()).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 3").send("abc");
            assertThat(client.response().status()).isIn(502, 503);
            assertThat(one.exchanges().size() + two.exchanges().size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastNodesOwnAnswerIsPassedOn(BodyEngine engine) throws Exception {
        String answer = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy";
        try (FakeOrigin one = FakeOrigin.answering(answer);
                FakeOrigin two = FakeOrigin.answering(answer);
                TestBreakwater breakwater =
                        Setup.to(one.address(), two.address()).engine(engine).start();
                RawClient client = breakwater.client()) {
            Message response = client.get("/").response();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.head().field("Retry-After")).isEqualTo("7");
            assertThat(response.text()).isEqualTo("busy");
            assertThat(one.exchanges()).hasSize(1);
            assertThat(two.exchanges()).hasSize(1);
        }
    }

    @Test
    void aLocationHasItsOwnRules() throws Exception {
        try (FakeOrigin bad = FakeOrigin.start(OriginExchange::close);
                TestBreakwater breakwater =
                        Setup.to(bad)
                                .upstream("retry = { attempts = 5 }")
                                .location("retry = \"off\"")
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            assertThat(bad.exchanges()).hasSize(1);
        }
    }

    @Test
    void aBrokenBodyIsNoReasonForARetry() throws Exception {
        try (FakeOrigin bad =
                        FakeOrigin.start(exchange ->
                                exchange.respond("HTTP/1.1 200 OK", "Content-Length: 10")
                                        .send("hello")
                                        .close());
                TestBreakwater breakwater = Setup.to(bad).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(bad.exchanges()).hasSize(1);
        }
    }

    @Test
    void aDeadUpstreamIsNotStormed() throws Exception {
        int requests = 400;
        try (FakeOrigin one = FakeOrigin.start(OriginExchange::close);
                FakeOrigin two = FakeOrigin.start(OriginExchange::close);
                FakeOrigin three = FakeOrigin.start(OriginExchange::close);
                TestBreakwater breakwater =
                        Setup.to(one.address(), two.address(), three.address())
                                .upstream("retry = { attempts = 3 }")
                                .start();
                RawClient client = breakwater.client()) {
            for (int i = 0; i < requests; i++) {
                assertThat(client.get("/").response().status()).isEqualTo(502);
            }
            int attempts =
                    one.exchanges().size() + two.exchanges().size() + three.exchanges().size();
            // 20 % of the requests, what is there at first, and two a second
            assertThat(attempts).isBetween(requests, requests * 5 / 4 + 20);
        }
    }

    @Test
    void nodesThatRefuseAreNotCounted() throws Exception {
        try (DeadNode one = DeadNode.refusing();
                DeadNode two = DeadNode.refusing();
                DeadNode three = DeadNode.refusing();
                FakeOrigin good = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.to(one.address(), two.address(), three.address(), good.address())
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("good");
        }
    }

    private static FakeOrigin.Behaviour failing(String how) {
        return switch (how) {
            case "reset" -> OriginExchange::reset;
            case "close" -> OriginExchange::close;
            case "503" -> FakeOrigin.answer("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
            case "silent" -> OriginExchange::awaitEnd;
            default -> throw new IllegalArgumentException(how);
        };
    }
}
