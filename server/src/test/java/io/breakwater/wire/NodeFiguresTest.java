package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.Control;
import io.breakwater.control.NodeView;
import io.breakwater.control.TrafficView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is counted of nodes, since when they are as they are, and the events they make.
@WireTest
class NodeFiguresTest {
    private static final FakeOrigin.Behaviour GOOD = FakeOrigin.answer(FakeOrigin.ok("good"));
    private static final FakeOrigin.Behaviour BUSY =
            FakeOrigin.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    private static final String NO_RETRY = "retry = \"off\"\noutlier = \"off\"";

    @ParameterizedTest
    @EnumSource(BodyEngine.class)
    void countsClassesAndBytes(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).upstream(NO_RETRY).start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.response().status()).isEqualTo(200);
            origin.behave(FakeOrigin.answer("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
            client.get("/").response();
            origin.behave(FakeOrigin.answer("HTTP/1.1 302 So\r\nContent-Length: 0\r\n\r\n"));
            client.get("/").response();
            origin.behave(FakeOrigin.answer("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"));
            client.get("/").response();
            awaitRest(breakwater);
            NodeView node = node(breakwater);
            assertThat(node.requests()).isEqualTo(5);
            assertThat(node.failures()).isZero(); // 500 is an answer
            assertThat(node.mostInFlight()).isEqualTo(1);
            TrafficView traffic = node.traffic();
            assertThat(traffic.status1xx2xx3xx4xx5xx()).containsExactly(0, 2, 1, 1, 1);
            assertThat(traffic.bytesIn()).isEqualTo(5);
            assertThat(traffic.bytesOut()).isEqualTo("goodgood".length());
            assertThat(traffic.p50Micros()).isPositive();
            assertThat(traffic.p99Micros()).isGreaterThanOrEqualTo(traffic.p50Micros());
            assertThat(traffic.rate()).isPositive();
        }
    }

    @Test
    void tellsTheWaysOfFailingApart() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OriginExchange::reset);
                DeadNode refusing = DeadNode.refusing();
                TestBreakwater breakwater =
                        Setup.to(origin.address())
                                .upstream(NO_RETRY + "\nresponse-timeout = \"100ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(502);
            origin.behave(OriginExchange::awaitEnd);
            assertThat(client.get("/").response().status()).isEqualTo(504);
            origin.behave(BUSY);
            assertThat(client.get("/").response().status()).isEqualTo(503);
            origin.behave(FakeOrigin.answer("nonsense\r\n\r\n"));
            assertThat(client.get("/").response().status()).isEqualTo(502);
            awaitRest(breakwater);
            TrafficView traffic = node(breakwater).traffic();
            assertThat(traffic.resets()).isEqualTo(1);
            assertThat(traffic.timeouts()).isEqualTo(1);
            assertThat(traffic.statusErrors()).isEqualTo(1);
            assertThat(traffic.otherErrors()).isEqualTo(1);
            assertThat(traffic.connectErrors()).isZero();
            assertThat(node(breakwater).failures()).isEqualTo(4);
            breakwater.apply(Setup.to(refusing.address()).upstream(NO_RETRY).toml());
            assertThat(client.get("/").response().status()).isEqualTo(502);
            awaitRest(breakwater);
            assertThat(node(breakwater).traffic().connectErrors()).isEqualTo(1);
            assertThat(node(breakwater).failures()).isEqualTo(1);
        }
    }

    @Test
    void countsRetriesAtTheNodeThatFailedAndSumsUp() throws Exception {
        try (FakeOrigin bad = FakeOrigin.start(BUSY);
                FakeOrigin good = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.to(bad.address(), good.address())
                                .upstream("outlier = \"off\"")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 4; round++)
                assertThat(client.get("/").response().text()).isEqualTo("good");
            awaitRest(breakwater);
            UpstreamView upstream = upstream(breakwater);
            NodeView first = upstream.nodes().get(0);
            NodeView second = upstream.nodes().get(1);
            assertThat(first.traffic().retries()).isEqualTo(first.requests()).isPositive();
            assertThat(second.traffic().retries()).isZero();
            assertThat(upstream.requests()).isEqualTo(first.requests() + 4);
            assertThat(upstream.traffic().retries()).isEqualTo(first.requests());
            assertThat(upstream.traffic().status1xx2xx3xx4xx5xx())
                    .containsExactly(0, 4, 0, 0, first.requests());
            assertThat(upstream.usable()).isEqualTo(2);
        }
    }

    @Test
    void remembersTheMostInFlight() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            both.countDown();
                            both.await();
                            exchange.send(FakeOrigin.ok("good"));
                        });
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient one = breakwater.client();
                RawClient two = breakwater.client()) {
            one.get("/");
            two.get("/");
            assertThat(one.response().text()).isEqualTo("good");
            assertThat(two.response().text()).isEqualTo("good");
            awaitRest(breakwater);
            assertThat(node(breakwater).mostInFlight()).isEqualTo(2);
            assertThat(node(breakwater).inFlight()).isZero();
        }
    }

    @Test
    void tellsThatANodeIsEjectedAndComesBack() throws Exception {
        List<UpstreamEvent> events = new CopyOnWriteArrayList<>();
        try (FakeOrigin bad = FakeOrigin.start(OriginExchange::reset);
                FakeOrigin good = FakeOrigin.start(GOOD);
                TestBreakwater breakwater =
                        Setup.to(bad.address(), good.address())
                                .upstream("outlier = { failures = 2, eject = \"200ms\" }")
                                .start();
                Control.Subscription _ = breakwater.engine().onUpstreamEvent(events::add);
                RawClient client = breakwater.client()) {
            long before = node(breakwater).sinceMillis();
            await().atMost(RawClient.PATIENCE)
                    .until(() -> {
                        client.get("/").response();
                        return !events.isEmpty();
                    });
            assertThat(events.getFirst().what()).isEqualTo("ejected");
            assertThat(events.getFirst().node()).isEqualTo(bad.address());
            assertThat(events.getFirst().why()).contains("upstream-reset");
            assertThat(upstream(breakwater).usable()).isEqualTo(1);
            assertThat(node(breakwater).sinceMillis()).isGreaterThanOrEqualTo(before);
            bad.behave(GOOD);
            await().atMost(RawClient.PATIENCE)
                    .until(() -> {
                        client.get("/").response();
                        return events.getLast().what().equals("back");
                    });
            NodeView node = node(breakwater);
            assertThat(node.outMillis()).isPositive();
            assertThat(node.ejectedUntilMillis()).isZero();
            assertThat(breakwater.engine().upstreamEvents("origin"))
                    .containsExactlyElementsOf(events.reversed());
        }
    }

    @Test
    void tellsWhatChecksFindAndThatAllAreOut() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(BUSY);
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .upstream("health-check = \"http:///?interval=100ms\"")
                                .start();
                RawClient client = breakwater.client()) {
            awaitEvents(breakwater, "down");
            NodeView.Check check = Objects.requireNonNull(node(breakwater).check());
            assertThat(check.failure()).isEqualTo("status 503");
            assertThat(check.micros()).isPositive();
            client.get("/").response();
            awaitEvents(breakwater, "panicking", "down");
            assertThat(upstream(breakwater).panicking()).isTrue();
            origin.behave(GOOD);
            awaitEvents(breakwater, "up", "panicking", "down");
            await().atMost(RawClient.PATIENCE)
                    .until(() -> {
                        client.get("/").response();
                        return !upstream(breakwater).panicking();
                    });
            awaitEvents(breakwater, "recovered", "up", "panicking", "down");
            assertThat(node(breakwater).outMillis()).isPositive();
        }
    }

    @Test
    void tellsWhatTheOperatorDoesAndKeepsTheFigures() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(GOOD);
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            awaitRest(breakwater);
            for (String state : List.of("drain", "down", "active"))
                breakwater.apply(
                        Setup.ofNodes(
                                        "[{ address = \"%s\", state = \"%s\" }]"
                                                .formatted(origin.address(), state))
                                .toml());
            awaitEvents(breakwater, "activated", "taken-down", "drained");
            assertThat(node(breakwater).requests()).isEqualTo(1);
            assertThat(node(breakwater).outMillis()).isZero();
        }
    }

    private static void awaitEvents(TestBreakwater breakwater, String... what) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(breakwater.engine().upstreamEvents("origin"))
                                .extracting(UpstreamEvent::what)
                                .containsExactly(what));
    }

    /// An answer is seen before its attempt is counted as over.
    private static void awaitRest(TestBreakwater breakwater) {
        await().atMost(RawClient.PATIENCE).until(() -> upstream(breakwater).inFlight() == 0);
    }

    private static NodeView node(TestBreakwater breakwater) {
        return upstream(breakwater).nodes().getFirst();
    }

    private static UpstreamView upstream(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().upstream("origin"));
    }
}
