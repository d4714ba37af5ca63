package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.NodeView;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes that are asked whether they are well.
@WireTest
class HealthCheckTest {
    private static final String SICK = "HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nsick";

    @Test
    void aNodeThatIsSickGetsNoRequestsAndComesBackWhenItIsWell() throws Exception {
        try (FakeOrigin sick = FakeOrigin.start(exchange -> checked(exchange, SICK, "sick"));
                FakeOrigin well =
                        FakeOrigin.start(
                                exchange -> checked(exchange, FakeOrigin.ok("fine"), "well"));
                TestBreakwater breakwater =
                        Setup.to(sick.address(), well.address())
                                .upstream("health-check = \"http:///health?interval=100ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            awaitHealth(breakwater, "down", "up");
            assertThat(nodes(breakwater).getFirst().why()).isEqualTo("check: status 500");
            for (int round = 0; round < 10; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("well");
            }
            sick.behave(exchange -> checked(exchange, FakeOrigin.ok("fine"), "well again"));
            awaitHealth(breakwater, "up", "up");
            await().atMost(RawClient.PATIENCE)
                    .until(() -> client.get("/").response().text().equals("well again"));
            // checks use a connection again: one for them, one for the client's requests
            assertThat(well.connections()).isLessThanOrEqualTo(3);
            assertThat(well.exchange(1).head().field("User-Agent"))
                    .isEqualTo("breakwater-health-check");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://shop.example/ping?interval=100ms&expect=500&match=s.ck, up, ",
        "http:///ping?interval=100ms&expect=500&match=well, down, does not match",
        "http:///ping?interval=100ms&expect=200-299, down, status 500",
        "tcp://?interval=100ms, up, "
    })
    void checksAsConfigured(String check, String health, String why) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(SICK);
                TestBreakwater breakwater =
                        Setup.to(origin).upstream("health-check = \"" + check + "\"").start()) {
            awaitHealth(breakwater, health);
            if (why == null) {
                assertThat(nodes(breakwater).getFirst().why()).isNull();
            } else {
                assertThat(nodes(breakwater).getFirst().why()).contains(why);
            }
            if (check.contains("shop")) {
                assertThat(origin.exchange(1).head().field("Host")).isEqualTo("shop.example");
                assertThat(origin.exchange(1).head().target()).isEqualTo("/ping");
            }
        }
    }

    @Test
    void whoDoesNotAnswerInTimeOrRefusesIsDown() throws Exception {
        try (FakeOrigin silent = FakeOrigin.start(OriginExchange::awaitEnd);
                DeadNode refusing = DeadNode.refusing();
                TestBreakwater breakwater =
                        Setup.to(silent.address(), refusing.address())
                                .upstream(
                                        "health-check ="
                                                + " \"http:///?interval=100ms&timeout=100ms\"")
                                .start()) {
            awaitHealth(breakwater, "down", "down");
            assertThat(nodes(breakwater).get(0).why()).contains("no answer within 100 ms");
            assertThat(nodes(breakwater).get(1).why()).contains("refused");
        }
    }

    @Test
    void whenAllAreDownTheyAreUsedAllTheSame() throws Exception {
        try (FakeOrigin one = FakeOrigin.start(exchange -> checked(exchange, SICK, "one"));
                FakeOrigin two = FakeOrigin.start(exchange -> checked(exchange, SICK, "two"));
                TestBreakwater breakwater =
                        Setup.to(one.address(), two.address())
                                .upstream("health-check = \"http:///health?interval=100ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            awaitHealth(breakwater, "down", "down");
            assertThat(client.get("/").response().text()).isIn("one", "two");
        }
    }

    @Test
    void aNewNodeIsUsedOnlyAfterItsFirstGoodCheck() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        try (FakeOrigin old =
                        FakeOrigin.start(
                                exchange -> checked(exchange, FakeOrigin.ok("fine"), "old"));
                FakeOrigin fresh =
                        FakeOrigin.start(exchange -> {
                            ready.await();
                            checked(exchange, FakeOrigin.ok("fine"), "fresh");
                        });
                TestBreakwater breakwater =
                        Setup.to(old.address())
                                .upstream("health-check = \"http:///health?timeout=20s\"")
                                .start();
                RawClient client = breakwater.client()) {
            awaitHealth(breakwater, "up");
            breakwater.apply(
                    Setup.to(old.address(), fresh.address())
                            .upstream("health-check = \"http:///health?timeout=20s\"")
                            .toml());
            for (int round = 0; round < 10; round++) {
                assertThat(client.get("/").response().text()).isEqualTo("old");
            }
            assertThat(nodes(breakwater).get(1).health()).isEqualTo("checking");
            ready.countDown();
            awaitHealth(breakwater, "up", "up");
            await().atMost(RawClient.PATIENCE)
                    .until(() -> client.get("/").response().text().equals("fresh"));
        }
    }

    private static void checked(OriginExchange exchange, String health, String other)
            throws Exception {
        exchange.readAll();
        boolean check = exchange.head().target().equals("/health");
        exchange.send(check ? health : FakeOrigin.ok(other));
    }

    private static void awaitHealth(TestBreakwater breakwater, String... states) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(nodes(breakwater))
                                .extracting(NodeView::health)
                                .containsExactly(states));
    }

    private static List<NodeView> nodes(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().nodes("origin"));
    }
}
