package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.NodeView;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Nodes that live traffic finds to be failing.
@WireTest
class OutlierTest {
    private static final FakeOrigin.Behaviour GOOD = FakeOrigin.answer(FakeOrigin.ok("good"));
    private static final FakeOrigin.Behaviour BUSY =
            FakeOrigin.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");

    @Test
    void aFailingNodeIsTakenOutAndComesBack() throws Exception {
        try (FakeOrigin bad = FakeOrigin.start(OriginExchange::reset);
                FakeOrigin good = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.to(bad.address(), good.address())
                                .upstream("outlier = { failures = 3, eject = \"300ms\" }")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 20; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("good");
            }
            // three in a row, and whoever tried it again since
            NodeView out = node(breakwater, bad);
            assertThat(out.why()).contains("upstream-reset");
            assertThat(bad.exchanges().size()).isLessThan(10);
            bad.behave(FakeOrigin.answer(FakeOrigin.ok("back")));
            await().atMost(RawClient.PATIENCE)
                    .until(() -> client.get("/").response().text().equals("back"));
            await().atMost(RawClient.PATIENCE).until(() -> node(breakwater, bad).why() == null);
        }
    }

    @Test
    void neverMoreThanHalfOfTheNodesAreOut() throws Exception {
        try (FakeOrigin one = FakeOrigin.start(BUSY);
                FakeOrigin two = FakeOrigin.start(BUSY);
                FakeOrigin three = FakeOrigin.start(BUSY);
                TestBreakwater breakwater =
                        Setup.to(one.address(), two.address(), three.address())
                                .upstream("outlier = { failures = 1, eject = \"1m\" }")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 30; round++) {
                assertThat(client.get("/").response().status()).isEqualTo(503);
            }
            assertThat(nodes(breakwater)).filteredOn(node -> node.why() != null).hasSize(1);
        }
    }

    @Test
    void allOfALevelMayBeOutWhileABackupIsWell() throws Exception {
        try (FakeOrigin one = FakeOrigin.start(BUSY);
                FakeOrigin two = FakeOrigin.start(BUSY);
                FakeOrigin backup = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.ofNodes(
                                        "[\"%s\", \"%s\", { address = \"%s\", backup = true }]"
                                                .formatted(
                                                        one.address(),
                                                        two.address(),
                                                        backup.address()))
                                .upstream("retry = { attempts = 2 }")
                                .upstream("outlier = { failures = 1, eject = \"1m\" }")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 10; round++)
                assertThat(client.get("/").response().text()).isEqualTo("good");
            assertThat(one.exchanges().size() + two.exchanges().size()).isEqualTo(2);
            // the last level has nobody behind it
            backup.behave(BUSY);
            for (int round = 0; round < 5; round++) client.get("/").response();
            assertThat(node(breakwater, backup).why()).isNull();
        }
    }

    @Test
    void aSingleNodeStaysIn() throws Exception {
        try (FakeOrigin only = FakeOrigin.start(BUSY);
                TestBreakwater breakwater = Setup.to(only).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 10; round++) {
                assertThat(client.get("/").response().status()).isEqualTo(503);
            }
            only.behave(GOOD);
            assertThat(client.get("/").response().text()).isEqualTo("good");
            assertThat(node(breakwater, only).why()).isNull();
        }
    }

    @Test
    void aNodeThatFailsEachSecondRequestIsTakenOut() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (FakeOrigin flaky =
                        FakeOrigin.start(exchange ->
                                (count.incrementAndGet() % 2 == 0 ? BUSY : GOOD).serve(exchange));
                FakeOrigin good = FakeOrigin.start(GOOD);
                TestBreakwater breakwater = Setup.to(flaky.address(), good.address()).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 60; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("good");
            }
            assertThat(node(breakwater, flaky).why()).startsWith("50 % of failures");
            assertThat(flaky.exchanges()).hasSize(22); // min-requests, from the first failure on
            assertThat(node(breakwater, good).why()).isNull();
        }
    }

    @Test
    void failuresOfTheClientAreNotTheNodes() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::awaitEnd);
                FakeOrigin other = FakeOrigin.start(OriginExchange::awaitEnd);
                TestBreakwater breakwater =
                        Setup.to(origin.address(), other.address())
                                .upstream("outlier = { failures = 1 }")
                                .start()) {
            for (int round = 1; round <= 4; round++) {
                try (RawClient client = breakwater.client()) {
                    client.get("/");
                    int requests = round;
                    await().atMost(RawClient.PATIENCE)
                            .until(() ->
                                    origin.exchanges().size() + other.exchanges().size()
                                            >= requests);
                }
            }
            await().atMost(RawClient.PATIENCE).until(() -> breakwater.engine().inFlight() == 0);
            assertThat(nodes(breakwater)).allSatisfy(node -> assertThat(node.why()).isNull());
        }
    }

    private static NodeView node(TestBreakwater breakwater, FakeOrigin origin) {
        return nodes(breakwater).stream()
                .filter(node -> node.address().equals(origin.address()))
                .findFirst()
                .orElseThrow();
    }

    private static List<NodeView> nodes(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().nodes("origin"));
    }
}
