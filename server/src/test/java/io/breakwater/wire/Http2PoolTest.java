package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.H2NodeConnection;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How exchanges share the HTTP/2 connections to a node, and what becomes of them when those end.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class Http2PoolTest {
    private static final String H2 = "protocol = \"h2\"\noutlier = \"off\"";
    private static final int REFUSED_STREAM = 7;
    private static final int MAX_CONCURRENT_STREAMS = 3;

    @Test
    void manyExchangesShareOneConnection() throws Exception {
        int count = 64;
        try (H2Node node =
                        H2Node.start(connection -> {
                            List<H2NodeConnection.Request> requests = new ArrayList<>();
                            while (requests.size() < count) requests.add(connection.next());
                            for (H2NodeConnection.Request request : requests.reversed())
                                connection.answer(request.stream(), request.path());
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        TestBreakwater.startOnOneSelector(
                                Setup.to(node.address()).upstream(H2).toml())) {
            List<Message> answers = atOnce(breakwater, count);
            for (int i = 0; i < count; i++) assertThat(answers.get(i).text()).isEqualTo("/" + i);
            assertThat(node.connections()).hasSize(1);
            assertThat(connections(breakwater)).isEqualTo(1);
        }
    }

    @Test
    void aNodeThatAllowsOneStreamGetsNoMoreOnAConnection() throws Exception {
        int count = 8;
        CyclicBarrier all = new CyclicBarrier(count);
        try (H2Node node =
                        H2Node.start(
                                connection -> {
                                    while (true) {
                                        H2NodeConnection.Request request = connection.next();
                                        connection.awaitPong();
                                        assertThat(connection.begun() * 2 - 1)
                                                .as("one after the other")
                                                .isEqualTo(request.stream());
                                        if (request.path().length() == 2) all.await();
                                        connection.answer(request.stream(), request.path());
                                    }
                                },
                                MAX_CONCURRENT_STREAMS,
                                1);
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            for (Message answer : atOnce(breakwater, count))
                assertThat(answer.status()).isEqualTo(200);
            assertThat(node.connections()).hasSize(count);
            assertThat(client.get("/again").response().text()).isEqualTo("/again");
            assertThat(node.connections()).as("one of them").hasSize(count);
        }
    }

    @Test
    void whatAGoAwayLeavesOutIsSentAgainAndTheRestEnds() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (H2Node node =
                        H2Node.start(connection -> {
                            if (connections.incrementAndGet() == 1) {
                                connection.next();
                                H2NodeConnection.Request second = connection.next();
                                connection.goAway(1, 0);
                                assertThat(second.stream()).isEqualTo(3);
                                connection.awaitPong();
                                connection.answer(1, "first");
                                connection.readOn();
                            }
                            H2NodeConnection.Request again = connection.next();
                            connection.body(again.stream());
                            connection.answer(again.stream(), "again");
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        Setup.to(node.address()).upstream(H2 + "\nretry = \"off\"").start();
                RawClient one = breakwater.client();
                RawClient two = breakwater.client()) {
            one.get("/");
            await().atMost(RawClient.PATIENCE).until(() -> node.connection(1).begun() == 1);
            two.request("POST / HTTP/1.1", "Host: a", "Content-Length: 3").send("abc");
            assertThat(one.response().text()).isEqualTo("first");
            assertThat(two.response().text()).isEqualTo("again");
            await().atMost(RawClient.PATIENCE).until(() -> connections(breakwater) == 1);
            assertThat(breakwater.stopAndLog()).containsOnly("200 -");
        }
    }

    @Test
    void aRefusedStreamIsTriedOnceMore() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            H2NodeConnection.Request request = connection.next();
                            connection.body(request.stream());
                            connection.reset(request.stream(), REFUSED_STREAM);
                            H2NodeConnection.Request again = connection.next();
                            assertThat(connection.body(again.stream())).hasSize(0);
                            connection.answer(again.stream(), "taken");
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        Setup.to(node.address()).upstream(H2 + "\nretry = \"off\"").start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 0");
            assertThat(client.response().text()).isEqualTo("taken");
            assertThat(breakwater.stopAndLog()).containsExactly("200 -");
        }
    }

    @Test
    void whoRefusesAgainLosesTheRequestToAnotherNode() throws Exception {
        try (H2Node bad =
                        H2Node.start(connection -> {
                            while (true) {
                                connection.reset(connection.next().stream(), REFUSED_STREAM);
                            }
                        });
                H2Node good = H2Node.answering("good");
                TestBreakwater breakwater =
                        Setup.to(bad.address(), good.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 4; round++) {
                client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 0");
                assertThat(client.response().text()).isEqualTo("good");
            }
            assertThat(bad.connection(1).begun()).isBetween(2, 8);
            breakwater.apply(Setup.to(bad.address()).upstream(H2).toml());
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 0");
            assertThat(client.response().status()).isEqualTo(502);
            assertThat(breakwater.stopAndLog()).endsWith("502 upstream-reset");
        }
    }

    @Test
    void aConnectionThatWasClosedWhileIdleIsReplaced() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            H2NodeConnection.Request request = connection.next();
                            connection.answer(request.stream(), "hello");
                            connection.awaitPong();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 5; round++) {
                client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 0");
                assertThat(client.response().text()).isEqualTo("hello");
                await().atMost(RawClient.PATIENCE).until(() -> connections(breakwater) == 0);
            }
            assertThat(breakwater.stopAndLog()).hasSize(5).containsOnly("200 -");
        }
    }

    @Test
    void aConnectionOnWhichNothingMovesIsAskedAndLeft() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (H2Node node =
                        H2Node.start(connection -> {
                            if (connections.incrementAndGet() == 1) {
                                H2NodeConnection.Request request = connection.next();
                                connection.answer(request.stream(), "first");
                                connection.ignorePings();
                                connection.readOn();
                            }
                            while (true) {
                                connection.answer(connection.next().stream(), "other");
                            }
                        });
                TestBreakwater breakwater =
                        Setup.to(node.address())
                                .upstream(H2 + "\nresponse-timeout = \"1500ms\"\nretry = \"off\"")
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("first");
            assertThat(client.get("/").response().status()).isEqualTo(504);
            await().atMost(RawClient.PATIENCE).until(() -> node.connection(1).pings() == 1);
            try (RawClient next = breakwater.client()) {
                assertThat(next.get("/").response().text()).isEqualTo("other");
            }
            await().atMost(RawClient.PATIENCE).until(() -> connections(breakwater) == 1);
        }
    }

    @Test
    void aConnectionEndsAfterItsLastRequest() throws Exception {
        try (H2Node node = H2Node.answering("hello");
                TestBreakwater breakwater =
                        Setup.to(node.address())
                                .upstream(H2 + "\nmax-requests-per-connection = 2")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 6; round++)
                assertThat(client.get("/").response().text()).isEqualTo("hello");
            assertThat(node.connections()).hasSize(3);
        }
    }

    @Test
    void idleConnectionsAreClosedInTheEnd() throws Exception {
        try (H2Node node = H2Node.answering("hello");
                TestBreakwater breakwater =
                        Setup.to(node.address()).upstream(H2 + "\nkeep-alive = \"10ms\"").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("hello");
            await().atMost(RawClient.PATIENCE).until(() -> connections(breakwater) == 0);
            assertThat(client.get("/").response().text()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "silent", "no streams", "refusing"})
    void whoDoesNotSpeakHttp2(String node) throws Exception {
        try (FakeOrigin http1 =
                        FakeOrigin.answering(
                                "HTTP/1.1 505 No\r\n"
                                        + "Connection: close\r\n"
                                        + "Content-Length: 0\r\n\r\n");
                DeadNode refusing = DeadNode.refusing();
                H2Node none = H2Node.start(H2NodeConnection::readOn, MAX_CONCURRENT_STREAMS, 0);
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestBreakwater breakwater =
                        Setup.to(
                                        switch (node) {
                                            case "http/1.1" -> http1.address();
                                            case "silent" -> "127.0.0.1:" + silent.getLocalPort();
                                            case "no streams" -> none.address();
                                            default -> refusing.address();
                                        })
                                .upstream(H2 + "\nconnect-timeout = \"500ms\"\nretry = \"off\"")
                                .start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            assertThat(breakwater.stopAndLog())
                    .containsExactly(
                            switch (node) {
                                case "http/1.1" -> "502 upstream-invalid";
                                case "silent" -> "504 upstream-connect-timeout";
                                default -> "502 upstream-connect-refused";
                            });
        }
    }

    @Test
    void aReloadMayChangeTheProtocol() throws Exception {
        try (H2Node node = H2Node.answering("two");
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("two");
            breakwater.apply(Setup.to(node.address()).upstream("protocol = \"auto\"").toml());
            assertThat(client.get("/").response().status()).isEqualTo(502);
            breakwater.apply(Setup.to(node.address()).upstream(H2).toml());
            assertThat(client.get("/").response().text()).isEqualTo("two");
        }
    }

    private static int connections(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().nodes("origin")).getFirst().connections();
    }

    /// Sends `/0`, `/1` and so on at the same time, each over a connection of its own.
    private static List<Message> atOnce(TestBreakwater breakwater, int count) throws Exception {
        List<Callable<Message>> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String path = "/" + i;
            requests.add(() -> {
                try (RawClient client = breakwater.client()) {
                    return client.get(path).response();
                }
            });
        }
        List<Message> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Message> answer : clients.invokeAll(requests, 60, TimeUnit.SECONDS))
                answers.add(answer.get());
        }
        return answers;
    }
}
