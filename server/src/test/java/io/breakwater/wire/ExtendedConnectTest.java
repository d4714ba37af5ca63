package io.breakwater.wire;

import static io.breakwater.testing.Handshakes.agree;
import static io.breakwater.testing.Handshakes.closeCode;
import static io.breakwater.testing.Handshakes.frame;
import static io.breakwater.testing.Handshakes.masked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Head;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// WebSocket and other protocols over a stream of HTTP/2 (RFC 8441).
class ExtendedConnectTest {
    private static final int CANCEL = 8;

    private static H2Stream ask(H2Client client, String... more) throws IOException {
        String[] fields = new String[more.length + 2];
        fields[0] = ":protocol: websocket";
        fields[1] = "sec-websocket-version: 13";
        System.arraycopy(more, 0, fields, 2, more.length);
        return client.open("CONNECT", "/chat", fields);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void asksTheNodeForAnUpgradeWithAKeyOfItsOwn() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange).send(frame("hello"));
                            exchange.send(exchange.bytes(masked("world").length()));
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater =
                        Setup.to(origin).location("methods = [\"GET\"]").start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = ask(client, "sec-websocket-protocol: chat");
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.field("sec-websocket-accept")).isNull();
            assertThat(stream.field("upgrade")).isNull();
            assertThat(stream.field("connection")).isNull();
            assertThat(stream.field("content-length")).isNull();
            stream.data(bytes(masked("world")));
            assertThat(stream.await(18)).isEqualTo(frame("hello") + masked("world"));
            stream.end();
            stream.awaitEnd();
            assertThat(stream.resetCode()).isNull();
            assertThat(origin.exchange(1).ended()).isEqualTo(Ending.CLOSED);
            Head asked = origin.exchange(1).head();
            assertThat(asked.startLine()).isEqualTo("GET /chat HTTP/1.1");
            assertThat(asked.field("Host")).isEqualTo("example.test");
            assertThat(asked.field("Upgrade")).isEqualTo("websocket");
            assertThat(asked.field("Connection")).isEqualTo("Upgrade");
            assertThat(asked.field("Sec-WebSocket-Version")).isEqualTo("13");
            assertThat(asked.field("Sec-WebSocket-Protocol")).isEqualTo("chat");
            assertThat(Base64.getDecoder().decode(asked.field("Sec-WebSocket-Key"))).hasSize(16);
            assertThat(breakwater.log(1)).containsExactly("200 client-closed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404 Not Found,404,404 -",
        "301 Moved,301,301 -",
        "200 OK,502,502 upstream-invalid",
        "204 No Content,502,502 upstream-invalid"
    })
    void passesOtherAnswersOnUnlessTheySaidThereWasATunnel(
            String status, int expected, String outcome) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).start();
                H2Client client = H2Client.to(breakwater.port())) {
            assertThat(ask(client).status()).isEqualTo(expected);
            assertThat(breakwater.stopAndLog()).containsExactly(outcome);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "websocket = false,501 not-implemented",
        "'',400 bad-handshake",
    })
    void refusesWhatMayNotBe(String location, String outcome) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("never"));
                TestBreakwater breakwater = Setup.to(origin).location(location).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.open("CONNECT", "/chat", ":protocol: websocket");
            assertThat(stream.status()).isEqualTo(Integer.parseInt(outcome.substring(0, 3)));
            assertThat(origin.exchanges()).isEmpty();
            assertThat(breakwater.stopAndLog()).containsExactly(outcome);
        }
    }

    @Test
    void refusesWhereNoUpstreamIs() throws Exception {
        try (TestBreakwater breakwater =
                        TestBreakwater.start(
                                """
                                [servers.web]
                                listen = ["127.0.0.1:0"]
                                locations = ["all"]
                                [locations.all]
                                respond = { body = "here" }
                                """);
                H2Client client = H2Client.to(breakwater.port())) {
            assertThat(ask(client).status()).isEqualTo(501);
            assertThat(client.send("GET", "/").awaitEnd().text()).isEqualTo("here");
        }
    }

    @Test
    void passesResetsOnBothWays() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange);
                            if (exchange.head().target().equals("/chat?reset")) {
                                go.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                                exchange.reset();
                            } else {
                                exchange.awaitEnd();
                            }
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream first = ask(client);
            assertThat(first.status()).isEqualTo(200);
            first.cancel();
            assertThat(origin.exchange(1).ended()).isEqualTo(Ending.RESET);
            H2Stream second =
                    client.open(
                            "CONNECT",
                            "/chat?reset",
                            ":protocol: websocket",
                            "sec-websocket-version: 13");
            assertThat(second.status()).isEqualTo(200);
            go.complete(null);
            assertThat(second.awaitEnd().resetCode()).isEqualTo(CANCEL);
            assertThat(breakwater.log(2)).containsExactly("200 client-left", "200 upstream-reset");
        }
    }

    @Test
    void outlivesTheIdleTimeoutOfItsConnection() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange);
                            while (true) exchange.send(exchange.bytes(1));
                        });
                TestBreakwater breakwater =
                        Setup.to(origin).server("idle-timeout = \"1s\"").start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = ask(client);
            assertThat(stream.status()).isEqualTo(200);
            for (int i = 0; i < 3; i++)
                try (RawClient idle = breakwater.client()) {
                    assertThat(idle.ending()).isEqualTo(Ending.CLOSED);
                }
            stream.data(bytes("x"));
            assertThat(stream.await(1)).isEqualTo("x");
        }
    }

    @Test
    void takesNoMoreThanItsWindow() throws Exception {
        AtomicLong sent = new AtomicLong();
        long all = 30L << 20;
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange);
                            byte[] piece = new byte[64 * 1024];
                            while (sent.get() < all) {
                                exchange.out().write(piece);
                                sent.addAndGet(piece.length);
                            }
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = ask(client);
            assertThat(stream.status()).isEqualTo(200);
            AtomicLong before = new AtomicLong(-1);
            await().atMost(RawClient.PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(20L << 20);
            assertThat(stream.await((int) all)).hasSize((int) all);
            stream.end();
        }
    }

    @Test
    void saysGoodbyeWhenItsListenerGoes() throws Exception {
        CompletableFuture<Integer> got = new CompletableFuture<>();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange);
                            got.complete(closeCode(exchange.bytes(8)));
                            exchange.close();
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = ask(client);
            assertThat(stream.status()).isEqualTo(200);
            breakwater.apply(
                    """
                    [servers.elsewhere]
                    listen = ["127.0.0.1:0"]
                    locations = ["all"]
                    [locations.all]
                    respond = { body = "here" }
                    """);
            assertThat(stream.await(4)).isEqualTo("\u0088\u0002\u0003\u00e9");
            assertThat(got.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1001);
            stream.end().awaitEnd();
            assertThat(breakwater.log(1))
                    .singleElement()
                    .asString()
                    .matches("200 (client|upstream)-closed");
            assertThat(client.isGoingAway()).isTrue();
        }
    }
}
