package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.NodeView;
import io.breakwater.control.UpstreamView;
import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A request that is slow at one node is sent to another, too, and whoever answers first wins.
@WireTest
class HedgeTest {
    private static final FakeOrigin.Behaviour GOOD = FakeOrigin.answer(FakeOrigin.ok("good"));
    private static final String MEANT = "/meant";
    private static final String HEDGE = "retry = { attempts = 0, hedge = 95, budget = 100 }";

    @ParameterizedTest
    @EnumSource
    void anotherNodeAnswersWhileOneIsSilent(BodyEngine engine) throws Exception {
        try (FakeOrigin slow = FakeOrigin.start(GOOD);
                FakeOrigin fast = FakeOrigin.start(GOOD);
                TestBreakwater breakwater = start(engine, HEDGE, slow, fast);
                RawClient client = breakwater.client()) {
            learn(breakwater, client);
            long before = node(breakwater, fast).traffic().hedges();
            slow.behave(OriginExchange::awaitEnd);
            for (int round = 0; round < 6; round++) {
                Message response = client.get("/").response();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.text()).isEqualTo("good");
            }
            // The silent one was asked in turn, and each time it lost.
            awaitRest(breakwater);
            assertThat(node(breakwater, fast).traffic().hedges()).isGreaterThan(before);
            assertThat(node(breakwater, slow).failures()).as("slow is not failed").isZero();
            assertThat(breakwater.stopAndLog()).containsOnly("200 -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstMayStillWin(BodyEngine engine) throws Exception {
        CountDownLatch hedged = new CountDownLatch(1);
        try (FakeOrigin one = FakeOrigin.start(GOOD);
                FakeOrigin two = FakeOrigin.start(GOOD);
                TestBreakwater breakwater = start(engine, HEDGE, one, two);
                RawClient client = breakwater.client()) {
            learn(breakwater, client);
            FakeOrigin.Behaviour waits =
                    exchange -> {
                        hedged.await();
                        GOOD.serve(exchange);
                    };
            FakeOrigin.Behaviour second =
                    exchange -> {
                        hedged.countDown();
                        exchange.awaitEnd();
                    };
            Turns turns = new Turns(waits, second);
            behave(turns::serve, one, two);
            assertThat(client.get(MEANT).response().text()).isEqualTo("good");
            awaitRest(breakwater);
            assertThat(node(breakwater, one).failures() + node(breakwater, two).failures())
                    .isZero();
            one.behave(GOOD);
            two.behave(GOOD);
            assertThat(client.get("/").response().text()).isEqualTo("good");
        }
    }

    /// Says what nodes do with requests for [#MEANT]; others are answered. A hedged request that
    /// lost may be read by its node only after the client has sent its next one.
    private static void behave(FakeOrigin.Behaviour behaviour, FakeOrigin... nodes) {
        for (FakeOrigin node : nodes)
            node.behave(exchange -> {
                boolean meant = exchange.head().target().equals(MEANT);
                (meant ? behaviour : GOOD).serve(exchange);
            });
    }

    /// The first request gets one behaviour, the next the other, whichever node they reach.
    private static final class Turns {
        private final FakeOrigin.Behaviour first;
        private final FakeOrigin.Behaviour then;
        private boolean begun;

        Turns(FakeOrigin.Behaviour first, FakeOrigin.Behaviour then) {
            this.first = first;
            this.then = then;
        }

        void serve(OriginExchange exchange) throws Exception {
            FakeOrigin.Behaviour mine;
            synchronized (this) {
                mine = begun ? then : first;
                begun = true;
            }
            mine.serve(exchange);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUMP, close, close, 502",
        "PUMP, close, 503, 503",
        "PUMP, 503, close, 502",
        "SERVLET, close, close, 502",
        "SERVLET, 503, 503, 503"
    })
    void whenBothFailTheLastOneCounts(BodyEngine engine, String first, String then, int status)
            throws Exception {
        CountDownLatch secondCame = new CountDownLatch(1);
        CountDownLatch firstFailed = new CountDownLatch(1);
        try (FakeOrigin one = FakeOrigin.start(GOOD);
                FakeOrigin two = FakeOrigin.start(GOOD);
                TestBreakwater breakwater = start(engine, HEDGE, one, two);
                RawClient client = breakwater.client()) {
            learn(breakwater, client);
            Turns turns =
                    new Turns(
                            exchange -> {
                                secondCame.await();
                                fail(exchange, first);
                                firstFailed.countDown();
                            },
                            exchange -> {
                                secondCame.countDown();
                                firstFailed.await();
                                await().until(() -> failures(breakwater, one, two) == 1);
                                fail(exchange, then);
                            });
            behave(turns::serve, one, two);
            assertThat(client.get(MEANT).response().status()).isEqualTo(status);
            awaitRest(breakwater);
            assertThat(failures(breakwater, one, two)).isEqualTo(2);
        }
    }

    private static void fail(OriginExchange exchange, String how) throws Exception {
        // After a part of the head: a kept connection that ends before is no failure.
        if (how.equals("close")) exchange.send("HTTP/1.1 ").close();
        else FakeOrigin.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").serve(exchange);
    }

    private static long failures(TestBreakwater breakwater, FakeOrigin... nodes) {
        long sum = 0;
        for (FakeOrigin node : nodes) sum += node(breakwater, node).failures();
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesEndsBoth(BodyEngine engine) throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch ended = new CountDownLatch(2);
        try (FakeOrigin one = FakeOrigin.start(GOOD);
                FakeOrigin two = FakeOrigin.start(GOOD);
                TestBreakwater breakwater = start(engine, HEDGE, one, two);
                RawClient client = breakwater.client()) {
            learn(breakwater, client);
            FakeOrigin.Behaviour silent =
                    exchange -> {
                        both.countDown();
                        exchange.awaitEnd();
                        ended.countDown();
                    };
            behave(silent, one, two);
            client.get(MEANT);
            both.await();
            client.reset();
            ended.await();
            awaitRest(breakwater);
            assertThat(breakwater.stopAndLog()).last().isEqualTo("499 client-left");
        }
    }

    @Test
    void onlyGetAndHeadAre() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (FakeOrigin one = FakeOrigin.start(GOOD);
                FakeOrigin two = FakeOrigin.start(GOOD);
                TestBreakwater breakwater = start(BodyEngine.PUMP, HEDGE, one, two);
                RawClient client = breakwater.client();
                RawClient other = breakwater.client()) {
            learn(breakwater, client);
            AtomicInteger puts = new AtomicInteger();
            FakeOrigin.Behaviour waits =
                    exchange -> {
                        if (exchange.head().method().equals("PUT")) {
                            puts.incrementAndGet();
                            answer.await();
                        }
                        GOOD.serve(exchange);
                    };
            one.behave(waits);
            two.behave(waits);
            client.request("PUT / HTTP/1.1", "Host: a", "Content-Length: 0").send("");
            await().until(() -> puts.get() > 0);
            // So many that a GET sent now would have been hedged by now.
            long hedges = hedges(breakwater);
            await().until(() -> {
                other.get("/").response();
                return hedges(breakwater) > hedges;
            });
            answer.countDown();
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(puts).hasValue(1);
        }
    }

    private static long hedges(TestBreakwater breakwater) {
        return view(breakwater).traffic().hedges();
    }

    private static TestBreakwater start(
            BodyEngine engine, String retry, FakeOrigin one, FakeOrigin two) throws Exception {
        return Setup.to(one.address(), two.address())
                .engine(engine)
                .upstream("outlier = \"off\"\n" + retry)
                .start();
    }

    /// Sends so many requests that it is known what is slow.
    private static void learn(TestBreakwater breakwater, RawClient client) {
        await().until(() -> {
            for (int i = 0; i < 60; i++)
                assertThat(client.get("/").response().status()).isEqualTo(200);
            return view(breakwater).hedgeAfterMicros() > 0;
        });
    }

    private static UpstreamView view(TestBreakwater breakwater) {
        return Objects.requireNonNull(breakwater.engine().upstream("origin"));
    }

    private static NodeView node(TestBreakwater breakwater, FakeOrigin of) {
        return view(breakwater).nodes().stream()
                .filter(node -> node.address().equals(of.address()))
                .findAny()
                .orElseThrow();
    }

    private static void awaitRest(TestBreakwater breakwater) {
        await().until(() -> view(breakwater).inFlight() == 0);
    }
}
