package io.breakwater.wire;

import static io.breakwater.testing.Handshakes.ACCEPT;
import static io.breakwater.testing.Handshakes.KEY;
import static io.breakwater.testing.Handshakes.agree;
import static io.breakwater.testing.Handshakes.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The handshake of an upgrade over HTTP/1.1 (RFC 9110 §7.8, RFC 6455 §4).
class UpgradeTest {
    @Test
    void passesHandshakeOnAndAnswersAsTheNodeDoes() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(UpgradeTest::agreeAndEnd);
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            Head head =
                    ask(client, "Sec-WebSocket-Protocol: chat", "Origin: http://example.test")
                            .head();
            assertThat(head.startLine()).startsWith("HTTP/1.1 101");
            assertThat(head.field("Upgrade")).isEqualTo("websocket");
            assertThat(head.field("Connection")).isEqualTo("Upgrade");
            assertThat(head.field("Sec-WebSocket-Accept")).isEqualTo(ACCEPT);
            assertThat(head.field("Content-Length")).isNull();
            assertThat(head.field("Transfer-Encoding")).isNull();
            Head asked = origin.exchange(1).head();
            assertThat(asked.field("Upgrade")).isEqualTo("websocket");
            assertThat(asked.field("Connection")).isEqualTo("Upgrade");
            assertThat(asked.field("Sec-WebSocket-Key")).isEqualTo(KEY);
            assertThat(asked.field("Sec-WebSocket-Protocol")).isEqualTo("chat");
            assertThat(asked.field("Origin")).isEqualTo("http://example.test");
            client.finishSending();
            assertThat(breakwater.log(1)).singleElement().asString().startsWith("101 ");
        }
    }

    private static void agreeAndEnd(OriginExchange exchange) throws Exception {
        agree(exchange).awaitEnd();
        exchange.close();
    }

    @ParameterizedTest
    @CsvSource({
        "POST,websocket,dGhlIHNhbXBsZSBub25jZQ==,13,400 bad-handshake",
        "GET,websocket,,13,400 bad-handshake",
        "GET,websocket,c2hvcnQ=,13,400 bad-handshake",
        "GET,websocket,not base64 at all!!!!!!,13,400 bad-handshake",
        "GET,websocket,dGhlIHNhbXBsZSBub25jZQ==,,400 bad-handshake",
        "GET,websocket,dGhlIHNhbXBsZSBub25jZQ==,8,426 websocket-version",
        "GET,'foo, WebSocket',,13,400 bad-handshake",
    })
    void refusesBadHandshakesWithoutTheNode(
            String method, String protocols, String key, String version, String outcome)
            throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("never"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.send(
                    method
                            + " /chat HTTP/1.1\r\nHost: example.test\r\nConnection: Upgrade\r\n"
                            + "Upgrade: "
                            + protocols
                            + (key == null ? "" : "\r\nSec-WebSocket-Key: " + key)
                            + (version == null ? "" : "\r\nSec-WebSocket-Version: " + version)
                            + "\r\n\r\n");
            Message answer = client.response();
            assertThat(answer.status()).isEqualTo(Integer.parseInt(outcome.substring(0, 3)));
            if (answer.status() == 426)
                assertThat(answer.head().field("Sec-WebSocket-Version")).isEqualTo("13");
            assertThat(breakwater.stopAndLog()).containsExactly(outcome);
            assertThat(origin.exchanges()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nUpgrade: h2\r\nConnection: Upgrade",
                "GET / HTTP/1.1\r\nUpgrade: TLS/1.0, HTTP/2.0\r\nConnection: Upgrade",
                "GET / HTTP/1.0\r\nUpgrade: foo\r\nConnection: Upgrade",
                "POST / HTTP/1.1\r\nUpgrade: foo\r\nConnection: Upgrade\r\nContent-Length: 0\r\n"
                        + "Expect: 100-continue",
                "POST / HTTP/1.1\r\nUpgrade: foo\r\nConnection: Upgrade\r\n"
                        + "Transfer-Encoding: chunked",
            })
    void relaysAsAnyOtherWhatMayNotBeUpgraded(String head) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("plain"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.send(head + "\r\nHost: example.test\r\n\r\n");
            if (head.contains("chunked")) client.send("0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("plain");
            assertThat(origin.exchange(1).head().field("Upgrade")).isNull();
        }
    }

    @Test
    void ignoresUpgradeWhereTheLocationSaysSo() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("plain"));
                TestBreakwater breakwater = Setup.to(origin).location("websocket = false").start();
                RawClient client = breakwater.client()) {
            assertThat(ask(client).response().text()).isEqualTo("plain");
            assertThat(origin.exchange(1).head().field("Upgrade")).isNull();
        }
    }

    @Test
    void leavesOutHttp2AmongOtherProtocols() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("plain"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET / HTTP/1.1",
                    "Host: example.test",
                    "Upgrade: foo/2, h2c, bar",
                    "Connection: Upgrade");
            assertThat(client.response().text()).isEqualTo("plain");
            assertThat(origin.exchange(1).head().field("Upgrade")).isEqualTo("foo/2, bar");
        }
    }

    @Test
    void passesOtherAnswersOnAndKeepsTheConnection() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            Message answer = ask(client).response();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("none");
            origin.behave(FakeOrigin.answer(FakeOrigin.ok("later")));
            assertThat(client.get("/").response().text()).isEqualTo("later");
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong",
                "Upgrade: websocket\r\nConnection: Upgrade",
                "Upgrade: other\r\nConnection: Upgrade",
                "Upgrade: h2c\r\nConnection: Upgrade",
                "Connection: Upgrade",
                "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            })
    void answers502WhenTheNodeAgreesToSomethingElse(String fields) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 101 Switching Protocols", fields);
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(ask(client).response().status()).isEqualTo(502);
            assertThat(breakwater.stopAndLog()).containsExactly("502 upstream-invalid");
        }
    }

    @Test
    void triesAnotherNodeWhenOneIsDead() throws Exception {
        try (DeadNode dead = DeadNode.refusing();
                FakeOrigin origin = FakeOrigin.start(UpgradeTest::agreeAndEnd);
                TestBreakwater breakwater = Setup.to(dead.address(), origin.address()).start()) {
            for (int i = 0; i < 2; i++)
                try (RawClient client = breakwater.client()) {
                    assertThat(ask(client).head().startLine()).startsWith("HTTP/1.1 101");
                }
        }
    }

    @Test
    void answers502WhenNoNodeIsThere() throws Exception {
        try (DeadNode dead = DeadNode.refusing();
                TestBreakwater breakwater = Setup.to(dead.address()).start();
                RawClient client = breakwater.client()) {
            assertThat(ask(client).response().status()).isEqualTo(502);
        }
    }

    @Test
    void bypassesTheCache() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(UpgradeTest::agreeAndEnd);
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .location("cache = \"all\"")
                                .more("[cache-policies.all]")
                                .start()) {
            for (int i = 0; i < 2; i++)
                try (RawClient client = breakwater.client()) {
                    assertThat(ask(client).head().startLine()).startsWith("HTTP/1.1 101");
                }
            assertThat(origin.exchanges()).hasSize(2);
        }
    }
}
