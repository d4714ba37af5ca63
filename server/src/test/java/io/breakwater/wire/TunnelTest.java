package io.breakwater.wire;

import static io.breakwater.testing.Handshakes.agree;
import static io.breakwater.testing.Handshakes.ask;
import static io.breakwater.testing.Handshakes.closeCode;
import static io.breakwater.testing.Handshakes.frame;
import static io.breakwater.testing.Handshakes.masked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What becomes of bytes and ends once a node has agreed to an upgrade over HTTP/1.1.
class TunnelTest {
    private static final String CLOSE_1001 = "\u0088\u0002\u0003\u00e9";

    private static Setup logged(FakeOrigin origin) {
        return Setup.to(origin)
                .server("idle-timeout = \"300ms\"")
                .more("[log-formats.tunnel]\nformat = \"{status} {payload-size} {size} {reason}\"");
    }

    private static TestBreakwater start(Setup setup) throws Exception {
        return TestBreakwater.start(
                setup.toml().replace("format = \"outcome\"", "format = \"tunnel\""));
    }

    /// Another connection has been closed for being idle: so long have others been, too.
    private static void awaitIdleTimeout(TestBreakwater breakwater) throws Exception {
        try (RawClient other = breakwater.client()) {
            assertThat(other.ending()).isEqualTo(Ending.CLOSED);
        }
    }

    private static void upgraded(RawClient client) throws Exception {
        assertThat(ask(client).head().status()).isEqualTo(101);
    }

    @Test
    void losesNoEarlyByteOfEitherSide() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            String accept =
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n"
                                            + "Connection: Upgrade\r\n\r\nfirst";
                            exchange.send(accept);
                            exchange.send(exchange.bytes(11));
                            exchange.close();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
                            + "early bytes");
            assertThat(client.head().status()).isEqualTo(101);
            assertThat(client.bytes(16)).isEqualTo("firstearly bytes");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            client.finishSending();
            assertThat(breakwater.log(1)).containsExactly("101 11 16 upstream-closed");
        }
    }

    /// The client sends while it waits, which is noticed when it is watched for leaving.
    @Test
    void losesNoByteThatComesWhileTheNodeThinks() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            go.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                            agree(exchange).send(exchange.bytes(7));
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            ask(client);
            origin.exchange(1);
            awaitIdleTimeout(breakwater);
            client.send("one");
            awaitIdleTimeout(breakwater);
            client.send("more");
            go.complete(null);
            assertThat(client.head().status()).isEqualTo(101);
            assertThat(client.bytes(7)).isEqualTo("onemore");
        }
    }

    @Test
    void livesOnBeyondAllTimeoutsOfHttp() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange);
                            while (true) exchange.send(exchange.bytes(1));
                        });
                TestBreakwater breakwater =
                        start(
                                logged(origin)
                                        .location("timeout = \"400ms\"")
                                        .upstream("idle-timeout = \"300ms\""));
                RawClient client = breakwater.client()) {
            upgraded(client);
            awaitIdleTimeout(breakwater);
            awaitIdleTimeout(breakwater);
            assertThat(client.send("x").bytes(1)).isEqualTo("x");
            assertThat(breakwater.engine().connections()).isEqualTo(1);
            assertThat(breakwater.engine().inFlight()).isEqualTo(1);
            assertThat(breakwater.engine().figures().prometheus())
                    .contains("breakwater_tunnel_open 1.0")
                    .contains("breakwater_tunnel_opened_total{protocol=\"websocket\"} 1.0")
                    .contains("breakwater_tunnel_bytes_total{way=\"sent\"} 1.0");
        }
    }

    @Test
    void passesTheEndOfEitherSideOnWhileTheOtherSends() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange);
                            exchange.awaitEnd();
                            exchange.send("late");
                            exchange.close();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            client.finishSending();
            assertThat(client.bytes(4)).isEqualTo("late");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(breakwater.log(1)).containsExactly("101 0 4 client-closed");
        }
    }

    @Test
    void readsOnFromAClientWhenTheNodeHasEnded() throws Exception {
        CompletableFuture<String> got = new CompletableFuture<>();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange).finishSending();
                            got.complete(exchange.bytes(4));
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            client.send("late").finishSending();
            assertThat(got.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("late");
            assertThat(breakwater.log(1)).containsExactly("101 4 0 upstream-closed");
        }
    }

    @Test
    void passesAResetOfTheClientOn() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(exchange -> agree(exchange).awaitEnd());
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            client.reset();
            assertThat(origin.exchange(1).ended()).isEqualTo(Ending.RESET);
            assertThat(breakwater.log(1)).containsExactly("101 0 0 client-left");
        }
    }

    @Test
    void passesAResetOfTheNodeOn() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange).send("x");
                            exchange.bytes(1);
                            exchange.reset();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            assertThat(client.bytes(1)).isEqualTo("x");
            client.send("y");
            assertThat(client.ending()).isEqualTo(Ending.RESET);
            assertThat(breakwater.log(1)).containsExactly("101 1 1 upstream-reset");
        }
    }

    @Test
    void closesWhatIsSilentBothWays() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(exchange -> agree(exchange).awaitEnd());
                TestBreakwater breakwater =
                        start(logged(origin).location("tunnel-idle-timeout = \"1s\""));
                RawClient client = breakwater.client()) {
            upgraded(client);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(origin.exchange(1).ended()).isEqualTo(Ending.CLOSED);
            assertThat(breakwater.log(1)).containsExactly("101 0 0 tunnel-idle-timeout");
        }
    }

    @Test
    void holdsThePlaceAtTheNodeAndInTheLocationToItsEnd() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(exchange -> agree(exchange).awaitEnd());
                TestBreakwater breakwater = start(logged(origin).location("max-concurrent = 1"));
                RawClient first = breakwater.client();
                RawClient second = breakwater.client()) {
            upgraded(first);
            assertThat(ask(second).response().status()).isEqualTo(503);
            first.reset();
            breakwater.log(2);
            upgraded(second);
        }
    }

    @Test
    void takesNoMoreThanItCanPassOn() throws Exception {
        AtomicLong sent = new AtomicLong();
        long all = 100L << 20;
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
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = RawClient.to(breakwater.port(), 64 * 1024)) {
            upgraded(client);
            AtomicLong before = new AtomicLong(-1);
            await().atMost(RawClient.PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(20L << 20);
            for (long left = all; left > 0; left -= 1 << 20) client.bytes(1 << 20);
            assertThat(sent.get()).isEqualTo(all);
        }
    }

    // ---- drain and changes

    @Test
    void outlivesChangesThatLeaveItsListener() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange);
                            while (true) exchange.send(exchange.bytes(1));
                        });
                FakeOrigin other = FakeOrigin.answering(FakeOrigin.ok("other"));
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            String next =
                    """
                    [servers.web]
                    listen = ["127.0.0.1:0"]
                    locations = ["new"]
                    [locations.new]
                    upstream = "new"
                    [upstreams.new]
                    nodes = ["%s"]
                    """
                            .formatted(other.address());
            int port = breakwater.port();
            for (int i = 0; i < 3; i++) {
                breakwater.apply(next);
                assertThat(client.send("a").bytes(1)).isEqualTo("a");
                breakwater.apply(Setup.to(other).toml());
                assertThat(client.send("b").bytes(1)).isEqualTo("b");
            }
            assertThat(breakwater.port()).isEqualTo(port);
            assertThat(breakwater.log(0)).isEmpty();
        }
    }

    private static final String ELSEWHERE =
            """
            [servers.elsewhere]
            listen = ["127.0.0.1:0"]
            locations = ["all"]
            [locations.all]
            respond = { body = "here" }
            """;

    @Test
    void saysGoodbyeToBothSidesWhenItsListenerGoes() throws Exception {
        CompletableFuture<String> got = new CompletableFuture<>();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange).send(frame("hello"));
                            String text = exchange.bytes(masked("hello").length());
                            got.complete(text + exchange.bytes(8));
                            exchange.send(CLOSE_1001).close();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            client.bytes(7);
            client.send(masked("hello"));
            await().until(() -> breakwater.engine().tunnels().receivedBytes() == 11);
            breakwater.apply(ELSEWHERE);
            assertThat(client.bytes(4)).isEqualTo(CLOSE_1001);
            String frames = got.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(frames).startsWith(masked("hello"));
            assertThat(closeCode(frames.substring(11))).isEqualTo(1001);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            client.finishSending();
            assertThat(breakwater.log(1)).containsExactly("101 11 11 upstream-closed");
            await().until(() -> breakwater.engine().connections() == 0);
        }
    }

    @Test
    void waitsWithTheGoodbyeForTheEndOfAFrame() throws Exception {
        CompletableFuture<Void> rest = new CompletableFuture<>();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange).send(frame("hello").substring(0, 4));
                            assertThat(closeCode(exchange.bytes(8))).isEqualTo(1001);
                            rest.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                            exchange.send("llo" + frame("too late"));
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            assertThat(client.bytes(4)).isEqualTo(frame("hello").substring(0, 4));
            breakwater.apply(ELSEWHERE);
            assertThat(client.hasMore()).isFalse();
            rest.complete(null);
            assertThat(client.bytes(7)).isEqualTo("llo" + CLOSE_1001);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(breakwater.log(1)).singleElement().asString().endsWith("shutting-down");
        }
    }

    @Test
    void saysNothingAfterACloseOfOneSide() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            agree(exchange).send(CLOSE_1001);
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            assertThat(client.bytes(4)).isEqualTo(CLOSE_1001);
            breakwater.apply(ELSEWHERE);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
        }
    }

    @Test
    void leavesOtherProtocolsAloneUntilTheDrainTimeIsOver() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond(
                                    "HTTP/1.1 101 Switching Protocols",
                                    "Upgrade: other",
                                    "Connection: Upgrade");
                            exchange.send(exchange.bytes(1));
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            client.request(
                    "GET / HTTP/1.1", "Host: a.test", "Upgrade: other", "Connection: Upgrade");
            assertThat(client.head().status()).isEqualTo(101);
            breakwater.apply(ELSEWHERE);
            assertThat(client.send("x").bytes(1)).isEqualTo("x");
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(breakwater.log(1)).containsExactly("101 1 1 shutting-down");
        }
    }

    @Test
    void writesTheLogOfWhatAStopCutsOff() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(TunnelTest::hearGoodbye);
                TestBreakwater breakwater = start(logged(origin));
                RawClient client = breakwater.client()) {
            upgraded(client);
            breakwater.engine().stop(Duration.ofMillis(500));
            assertThat(client.bytes(4)).isEqualTo(CLOSE_1001);
            assertThat(client.ending()).isEqualTo(Ending.CLOSED);
            assertThat(breakwater.log(1)).containsExactly("101 0 0 shutting-down");
        }
    }

    private static void hearGoodbye(OriginExchange exchange) throws Exception {
        agree(exchange).bytes(8);
        exchange.awaitEnd();
    }
}
