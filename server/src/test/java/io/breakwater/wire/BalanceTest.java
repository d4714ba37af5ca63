package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How requests are spread over nodes.
@WireTest
class BalanceTest {
    @Test
    void weightsAreKeptExactlyAndSmoothly() throws Exception {
        try (FakeOrigin a = FakeOrigin.answering(FakeOrigin.ok("a"));
                FakeOrigin b = FakeOrigin.answering(FakeOrigin.ok("b"));
                FakeOrigin c = FakeOrigin.answering(FakeOrigin.ok("c"));
                TestBreakwater breakwater =
                        Setup.ofNodes("[%s, %s, %s]".formatted(node(a, 5), node(b, 2), node(c, 1)))
                                .start();
                RawClient client = breakwater.client()) {
            StringBuilder order = new StringBuilder();
            for (int round = 0; round < 32; round++) {
                order.append(client.get("/").response().text());
            }
            assertThat(a.exchanges()).hasSize(20);
            assertThat(b.exchanges()).hasSize(8);
            assertThat(c.exchanges()).hasSize(4);
            assertThat(order.substring(0, 8)).isEqualTo(order.substring(8, 16));
            // smooth: the heavy node never takes its whole share in one run
            assertThat(order.toString()).doesNotContain("aaaaa");
        }
    }

    @Test
    void connectionsToNodesAreKept() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("a"));
                TestBreakwater breakwater = Setup.to(origin).start()) {
            for (int round = 0; round < 5; round++) {
                try (RawClient client = breakwater.client()) {
                    client.get("/").response();
                }
            }
            // the next request may come before the last connection is back in the pool
            assertThat(origin.connections()).isBetween(1, 2);
        }
    }

    @Test
    void connectionsToNodesEndAfterTheirNumberOfRequests() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("a"));
                TestBreakwater breakwater =
                        Setup.to(origin).upstream("max-requests-per-connection = 2").start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 6; round++) {
                assertThat(client.get("/").response().status()).isEqualTo(200);
            }
            assertThat(origin.connections()).isBetween(3, 5);
            for (int number = 1; number <= origin.connections(); number++) {
                int connection = number;
                assertThat(origin.exchanges())
                        .filteredOn(exchange -> exchange.connection() == connection)
                        .hasSizeLessThanOrEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ketama", "maglev"})
    void equalKeysMeetAtTheSameNode(String hash) throws Exception {
        try (FakeOrigin a = FakeOrigin.answering(FakeOrigin.ok("a"));
                FakeOrigin b = FakeOrigin.answering(FakeOrigin.ok("b"));
                FakeOrigin c = FakeOrigin.answering(FakeOrigin.ok("c"));
                TestBreakwater breakwater =
                        Setup.to(a.address(), b.address(), c.address())
                                .upstream("balance = \"hash\"\nhash = \"" + hash + "\"")
                                .upstream("hash-on = \"cookie:user\"")
                                .start();
                RawClient client = breakwater.client()) {
            Set<String> nodes = new HashSet<>();
            for (int user = 0; user < 30; user++) {
                String cookie = "Cookie: theme=dark; user=u" + user;
                client.request("GET / HTTP/1.1", "Host: a", cookie);
                String first = client.response().text();
                client.request("GET /other HTTP/1.1", "Host: b", cookie);
                assertThat(client.response().text()).isEqualTo(first);
                nodes.add(first);
            }
            assertThat(nodes).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void leastRequestsPassesOverABusyNode() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (FakeOrigin busy =
                        FakeOrigin.start(exchange -> {
                            release.await();
                            exchange.send(FakeOrigin.ok("busy"));
                        });
                FakeOrigin free = FakeOrigin.answering(FakeOrigin.ok("free"));
                TestBreakwater breakwater =
                        Setup.to(busy.address(), free.address())
                                .upstream("balance = \"least-requests\"")
                                .start();
                RawClient waiting = breakwater.client();
                RawClient client = breakwater.client()) {
            // equals take turns: sooner or later a request gets stuck at the busy node
            Thread stuck =
                    Thread.ofVirtual()
                            .start(() -> {
                                while (busy.exchanges().isEmpty() && !Thread.interrupted()) {
                                    try {
                                        waiting.get("/").response();
                                    } catch (IOException e) {
                                        return;
                                    }
                                }
                            });
            busy.exchange(1);
            for (int round = 0; round < 20; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("free");
            }
            release.countDown();
            stuck.join();
        }
    }

    private static String node(FakeOrigin origin, int weight) {
        return "{ address = \"%s\", weight = %d }".formatted(origin.address(), weight);
    }
}
