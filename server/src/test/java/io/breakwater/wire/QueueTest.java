package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Nodes at their limit, and who waits for them.
@WireTest
class QueueTest {
    private final Semaphore gate = new Semaphore(0);
    private final AtomicInteger present = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();

    /// Answers when the gate lets it.
    private void gated(OriginExchange exchange) throws Exception {
        peak.accumulateAndGet(present.incrementAndGet(), Math::max);
        gate.acquire();
        present.decrementAndGet();
        exchange.send(FakeOrigin.ok("done"));
    }

    private static Setup limited(FakeOrigin origin, int most, String queue) {
        String node = "{ address = \"" + origin.address() + "\", max-connections = " + most + " }";
        return Setup.ofNodes("[" + node + "]").upstream(queue);
    }

    @Test
    void whoComesFirstIsServedFirst() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(this::gated);
                TestBreakwater breakwater = TestBreakwater.start(timed(origin));
                RawClient one = breakwater.client().get("/1")) {
            origin.exchange(1);
            List<RawClient> others = new ArrayList<>();
            for (int i = 2; i <= 5; i++) {
                others.add(breakwater.client().get("/" + i));
                awaitWaiting(breakwater, i - 1);
            }
            gate.release(5);
            assertThat(one.response().text()).isEqualTo("done");
            for (RawClient other : others) assertThat(other.response().text()).isEqualTo("done");
            assertThat(origin.exchanges())
                    .extracting(exchange -> exchange.head().target())
                    .containsExactly("/1", "/2", "/3", "/4", "/5");
            assertThat(peak).hasValue(1);
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(breakwater.log(5)).first().asString().isEqualTo("/1 -");
            assertThat(breakwater.log(5).get(4)).matches("/5 [0-9.]+");
            for (RawClient other : others) other.close();
        }
    }

    private static String timed(FakeOrigin origin) {
        return limited(origin, 1, "queue = { size = 5, timeout = \"1m\" }")
                .toml()
                .replace("{status} {reason}", "{uri} {:queue-time}");
    }

    private static void awaitWaiting(TestBreakwater breakwater, int count) {
        await().atMost(RawClient.PATIENCE).until(() -> waiting(breakwater) == count);
    }

    @Test
    void whoFindsNoRoomIsTurnedAway() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(this::gated);
                TestBreakwater breakwater =
                        limited(origin, 1, "queue = { size = 1, timeout = \"1m\" }").start();
                RawClient one = breakwater.client().get("/1");
                RawClient two = breakwater.client();
                RawClient three = breakwater.client()) {
            origin.exchange(1);
            two.get("/2");
            awaitWaiting(breakwater, 1);
            Message refused = three.get("/3").response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.head().field("Retry-After")).isEqualTo("1");
            assertThat(breakwater.log(1)).containsExactly("503 upstream-full");
            gate.release(2);
            assertThat(one.response().text()).isEqualTo("done");
            assertThat(two.response().text()).isEqualTo("done");
        }
    }

    @Test
    void withoutAQueueNobodyWaits() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(this::gated);
                TestBreakwater breakwater = limited(origin, 1, "").start();
                RawClient one = breakwater.client().get("/1");
                RawClient two = breakwater.client()) {
            origin.exchange(1);
            assertThat(two.get("/2").response().status()).isEqualTo(503);
            gate.release(2);
            assertThat(one.response().text()).isEqualTo("done");
            assertThat(two.get("/2").response().text()).isEqualTo("done");
        }
    }

    @Test
    void whoWaitsTooLongIsTurnedAway() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(this::gated);
                TestBreakwater breakwater =
                        limited(origin, 1, "queue = { timeout = \"50ms\" }").start();
                RawClient one = breakwater.client().get("/1");
                RawClient two = breakwater.client()) {
            origin.exchange(1);
            Message refused = two.get("/2").response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.head().field("Retry-After")).isEqualTo("1");
            assertThat(breakwater.log(1)).containsExactly("503 queue-timeout");
            gate.release(1);
            assertThat(one.response().text()).isEqualTo("done");
            assertThat(waiting(breakwater)).isZero();
        }
    }

    @Test
    void whoLeavesGivesItsPlaceUp() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(this::gated);
                TestBreakwater breakwater =
                        limited(origin, 1, "queue = { size = 1, timeout = \"1m\" }").start();
                RawClient one = breakwater.client().get("/1")) {
            origin.exchange(1);
            RawClient two = breakwater.client().get("/2");
            awaitWaiting(breakwater, 1);
            two.close();
            awaitWaiting(breakwater, 0);
            try (RawClient three = breakwater.client().get("/3")) {
                awaitWaiting(breakwater, 1);
                gate.release(2);
                assertThat(one.response().text()).isEqualTo("done");
                assertThat(three.response().text()).isEqualTo("done");
            }
            assertThat(origin.exchanges())
                    .extracting(exchange -> exchange.head().target())
                    .containsExactly("/1", "/3");
        }
    }

    @Test
    void theLimitHoldsWhateverTheRush() throws Exception {
        gate.release(1000);
        try (FakeOrigin origin = FakeOrigin.start(this::gated);
                TestBreakwater breakwater =
                        limited(origin, 3, "queue = { size = 100, timeout = \"1m\" }").start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 32; i++) clients.add(breakwater.client());
            for (int round = 0; round < 10; round++) {
                for (RawClient client : clients) client.get("/");
                for (RawClient client : clients)
                    assertThat(client.response().text()).isEqualTo("done");
            }
            assertThat(peak.get()).isLessThanOrEqualTo(3);
            // Idle ones are kept by each selector for itself.
            int most = 3 * TestBreakwater.selectors();
            assertThat(origin.connections()).isLessThanOrEqualTo(most);
            for (RawClient client : clients) client.close();
        }
    }

    @Test
    void aNodeThatIsOutDoesNotStandInForOneThatIsFull() throws Exception {
        try (FakeOrigin bad = FakeOrigin.start(OriginExchange::reset);
                FakeOrigin good = FakeOrigin.start(this::gated);
                TestBreakwater breakwater =
                        Setup.ofNodes(
                                        "[\""
                                                + bad.address()
                                                + "\", { address = \""
                                                + good.address()
                                                + "\", max-connections = 1 }]")
                                .upstream("outlier = { failures = 1, eject = \"10m\" }")
                                .start();
                RawClient one = breakwater.client().get("/1");
                RawClient two = breakwater.client()) {
            good.exchange(1);
            assertThat(two.get("/2").response().status()).isEqualTo(503);
            assertThat(breakwater.log(1)).containsExactly("503 upstream-full");
            assertThat(bad.exchanges()).hasSizeLessThanOrEqualTo(1);
            gate.release(1);
            assertThat(one.response().text()).isEqualTo("done");
        }
    }

    @Test
    void aHigherLimitLetsThoseInThatWait() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(this::gated)) {
            String queue = "queue = { timeout = \"1m\" }";
            try (TestBreakwater breakwater = limited(origin, 1, queue).start();
                    RawClient one = breakwater.client().get("/1")) {
                origin.exchange(1);
                try (RawClient two = breakwater.client().get("/2")) {
                    awaitWaiting(breakwater, 1);
                    breakwater.apply(limited(origin, 2, queue).toml());
                    assertThat(origin.exchange(2).head().target()).isEqualTo("/2");
                    gate.release(2);
                    assertThat(one.response().text()).isEqualTo("done");
                    assertThat(two.response().text()).isEqualTo("done");
                }
            }
        }
    }

    @Test
    void theLimitThatFindsItselfRefusesWhatIsMore() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(this::gated);
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .location("adaptive-concurrency = { min = 1, max = 2 }")
                                .start();
                RawClient one = breakwater.client().get("/1");
                RawClient two = breakwater.client().get("/2");
                RawClient three = breakwater.client()) {
            origin.exchange(2);
            Message refused = three.get("/3").response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.head().field("Retry-After")).isEqualTo("1");
            assertThat(breakwater.log(1)).containsExactly("503 adaptive-concurrency");
            gate.release(3);
            assertThat(one.response().text()).isEqualTo("done");
            assertThat(two.response().text()).isEqualTo("done");
            assertThat(three.get("/3").response().text()).isEqualTo("done");
        }
    }

    private static int waiting(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().upstream("origin")).waiting();
    }
}
