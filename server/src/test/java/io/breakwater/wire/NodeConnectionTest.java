package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The connections to nodes: when one may serve again and when it must not.
@WireTest
class NodeConnectionTest {
    @ParameterizedTest
    @EnumSource
    void aConnectionThatTheNodeClosedWhileIdleDoesNotFailAPost(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            exchange.send(FakeOrigin.ok("x"));
                            exchange.close();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 1; round <= 5; round++) {
                client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 3").send("abc");
                assertThat(client.response().text()).isEqualTo("x");
                await().atMost(RawClient.PATIENCE).until(() -> origin.openConnections() == 0);
            }
            assertThat(origin.connections()).isEqualTo(5);
            assertThat(breakwater.stopAndLog()).hasSize(5).containsOnly("200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatFollowsAResponseIsNeverTakenForTheNext(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(FakeOrigin.ok("mine") + FakeOrigin.ok("evil"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 4; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("mine");
            }
            assertThat(origin.connections()).isEqualTo(4);
        }
    }

    @Test
    void whatANodeSaysWithoutBeingAskedIsNeverTakenForAResponse() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch spoken = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send(FakeOrigin.ok("mine"));
                            if (exchange.connection() == 1) {
                                answered.await();
                                exchange.send("HTTP/1.1 408 Too Late\r\nContent-Length: 0\r\n\r\n");
                                spoken.countDown();
                            }
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("mine");
            answered.countDown();
            spoken.await();
            // noticed without any request
            await().atMost(RawClient.PATIENCE).until(() -> origin.openConnections() == 0);
            assertThat(client.get("/").response().text()).isEqualTo("mine");
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeMayNotSwitchProtocolsUnasked(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond(
                                    "HTTP/1.1 101 Switching Protocols",
                                    "Connection: Upgrade",
                                    "Upgrade: websocket");
                            exchange.awaitEnd();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            assertThat(breakwater.stopAndLog()).containsExactly("502 upstream-invalid");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-idle-connections = 1", "keep-alive = \"1s\""})
    void idleConnectionsThatAreTooManyOrTooOldAreClosed(String limit) throws Exception {
        int clients = 4;
        CountDownLatch all = new CountDownLatch(clients);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            all.countDown();
                            all.await();
                            exchange.send(FakeOrigin.ok("x"));
                        });
                TestBreakwater breakwater = Setup.to(origin).upstream(limit).start()) {
            List<RawClient> open = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                open.add(breakwater.client().get("/"));
            }
            for (RawClient client : open) {
                assertThat(client.response().text()).isEqualTo("x");
                client.close();
            }
            int kept = limit.startsWith("max-idle") ? 1 : 0;
            await().atMost(RawClient.PATIENCE).until(() -> origin.openConnections() == kept);
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsOfAnOldVersionAreKeptOnlyWhenTheNodeSaysSo(BodyEngine engine) throws Exception {
        String kept = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx";
        String closed = "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx";
        try (FakeOrigin origin = FakeOrigin.answering(kept);
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 4; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("x");
            }
            assertThat(origin.connections()).isBetween(1, 2);
            origin.behave(FakeOrigin.answer(closed));
            for (int round = 0; round < 4; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("x");
            }
            assertThat(origin.connections()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void nodesMayHaveNames() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to("localhost:" + origin.port()).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("x");
        }
    }

    @Test
    void aNameThatNobodyKnowsIsABadGateway() throws Exception {
        try (TestBreakwater breakwater = Setup.to("no-such-node.invalid:80").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            assertThat(breakwater.stopAndLog()).containsExactly("502 upstream-unresolved");
        }
    }
}
