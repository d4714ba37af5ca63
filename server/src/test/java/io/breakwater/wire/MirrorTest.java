package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.MirrorView;
import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Framing;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Copies of requests for another upstream, and that nobody but it notices them.
@WireTest
class MirrorTest {
    @ParameterizedTest
    @EnumSource
    void theShadowGetsWhatTheNodeGetsWithAMark(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin shadow = FakeOrigin.answering(FakeOrigin.ok("shadow"));
                TestBreakwater breakwater =
                        mirrored(origin, shadow.address(), "")
                                .engine(engine)
                                .location("rewrite = [\"^/a/(.*)$ /b/$1\"]")
                                .location("request-headers = { set = { X-Site = \"$host\" } }")
                                .start();
                RawClient client = breakwater.client()) {
            client.request("GET /a/x%20y?q=%41|1 HTTP/1.1", "Host: a.test", "X-Mirror: forged");
            assertThat(client.response().text()).isEqualTo("real");
            Head copy = shadow.exchange(1).head();
            Head real = origin.exchange(1).head();
            assertThat(copy.startLine()).isEqualTo(real.startLine());
            assertThat(copy.target()).isEqualTo("/b/x%20y?q=%41|1");
            assertThat(real.has("X-Mirror")).isFalse();
            assertThat(copy.field("X-Mirror")).isEqualTo("1");
            assertThat(copy.field("X-Site")).isEqualTo("a.test");
            assertThat(copy.fields().stream().filter(one -> !one.name().equals("X-Mirror")))
                    .containsExactlyElementsOf(real.fields());
            counts(breakwater, mirror -> assertThat(mirror.answered()).isEqualTo(1));
            assertThat(breakwater.engine().nodes("shadow"))
                    .singleElement()
                    .satisfies(node -> assertThat(node.requests()).isEqualTo(1));
            assertThat(breakwater.engine().figures().prometheus())
                    .contains(
                            "breakwater_mirror_copies_total{fate=\"answered\",location=\"all\"} 1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesAreCopiedToTheByte(BodyEngine engine) throws Exception {
        byte[] large = new Pattern().next(60_000);
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin shadow = FakeOrigin.answering(FakeOrigin.ok("shadow"));
                TestBreakwater breakwater =
                        mirrored(origin, shadow.address(), "").engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 60000").send(large);
            assertThat(client.response().text()).isEqualTo("real");
            Message whole = shadow.exchange(1).request();
            assertThat(whole.framing()).isEqualTo(Framing.LENGTH);
            assertThat(whole.body()).isEqualTo(large);

            client.request("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("abc").chunk("d").send("0\r\nSum: 4\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("real");
            Message chunked = shadow.exchange(2).request();
            assertThat(chunked.framing()).isEqualTo(Framing.CHUNKED);
            assertThat(chunked.text()).isEqualTo("abcd");
            assertThat(chunked.trailers()).isEqualTo(origin.exchange(2).request().trailers());

            client.request("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.send("0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("real");
            assertThat(shadow.exchange(3).request().body()).isEmpty();

            client.request(
                    "POST / HTTP/1.1", "Host: a", "Content-Length: 3", "Expect: 100-continue");
            client.send("xyz");
            assertThat(client.response().text()).isEqualTo("real");
            Message expected = shadow.exchange(4).request();
            assertThat(expected.head().has("Expect")).isFalse();
            assertThat(expected.text()).isEqualTo("xyz");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsTooLongIsNotCopied(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin shadow = FakeOrigin.answering(FakeOrigin.ok("shadow"));
                TestBreakwater breakwater =
                        mirrored(origin, shadow.address(), ", max-body-size = \"1kb\"")
                                .engine(engine)
                                .start();
                RawClient client = breakwater.client()) {
            String body = "x".repeat(1025);
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 1025").send(body);
            assertThat(client.response().text()).isEqualTo("real");
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk(body).send("0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("real");
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 1024");
            client.send(body.substring(1));
            assertThat(client.response().text()).isEqualTo("real");
            assertThat(origin.exchange(2).request().text()).isEqualTo(body);
            assertThat(shadow.exchange(1).request().text()).hasSize(1024);
            counts(
                    breakwater,
                    mirror -> {
                        assertThat(mirror.tooLong()).isEqualTo(2);
                        assertThat(mirror.answered()).isEqualTo(1);
                        assertThat(mirror.inFlight()).isZero();
                    });
        }
    }

    @Test
    void aBodyThatBreaksOffIsNotSent() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin shadow = FakeOrigin.answering(FakeOrigin.ok("shadow"));
                TestBreakwater breakwater = mirrored(origin, shadow.address(), "").start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 10").send("12345");
            origin.exchange(1);
            client.reset();
            counts(
                    breakwater,
                    mirror -> {
                        assertThat(mirror.unfinished()).isEqualTo(1);
                        assertThat(mirror.inFlight()).isZero();
                    });
            assertThat(shadow.exchanges()).isEmpty();
        }
    }

    @Test
    void aDeadShadowIsNotNoticedAndSoonLeftAlone() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                DeadNode shadow = DeadNode.refusing();
                TestBreakwater breakwater = mirrored(origin, shadow.address(), "").start();
                RawClient client = breakwater.client()) {
            // Failures are known a moment later than the answers.
            await().atMost(RawClient.PATIENCE)
                    .until(() -> {
                        assertThat(client.get("/").response().text()).isEqualTo("real");
                        return figures(breakwater).paused() > 0;
                    });
            assertThat(figures(breakwater).failed()).isGreaterThanOrEqualTo(5);
            assertThat(breakwater.stopAndLog()).containsOnly("200 -");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no connection", "no answer", "half an answer", "not read"})
    void aShadowThatHangsHoldsNobodyUp(String how) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        String body = "x".repeat(50_000);
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin hanging =
                        FakeOrigin.start(exchange -> {
                            if (!how.equals("not read")) exchange.readAll();
                            if (how.equals("half an answer"))
                                exchange.respond("HTTP/1.1 200 OK", "Content-Length: 10")
                                        .send("half");
                            release.await();
                        });
                DeadNode silent = DeadNode.silent();
                TestBreakwater breakwater =
                        mirrored(
                                        origin,
                                        how.equals("no connection")
                                                ? silent.address()
                                                : hanging.address(),
                                        ", max-concurrent = 3")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 10; round++) {
                client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 50000").send(body);
                assertThat(client.response().text()).isEqualTo("real");
            }
            // All clients are served while the first copies still hang.
            assertThat(figures(breakwater))
                    .satisfies(mirror -> {
                        assertThat(mirror.inFlight()).isEqualTo(3);
                        assertThat(mirror.tooMany()).isEqualTo(7);
                        assertThat(mirror.answered() + mirror.failed()).isZero();
                    });
            assertThat(hanging.exchanges().size()).isLessThanOrEqualTo(3);
            release.countDown();
            assertThat(breakwater.stopAndLog()).hasSize(10).containsOnly("200 -");
        }
    }

    @Test
    void aCopyIsNeverSentTwice() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin one =
                        FakeOrigin.answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
                FakeOrigin two = FakeOrigin.start(exchange -> exchange.close());
                TestBreakwater breakwater =
                        Setup.to(origin)
                                .location("mirror = { upstream = \"shadow\" }")
                                .more(
                                        "[upstreams.shadow]\nnodes = [\"%s\", \"%s\"]\noutlier = \"off\""
                                                .formatted(one.address(), two.address()))
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 1; round <= 4; round++) {
                long sent = round;
                assertThat(client.get("/").response().text()).isEqualTo("real");
                counts(
                        breakwater,
                        mirror -> assertThat(mirror.answered() + mirror.failed()).isEqualTo(sent));
            }
            assertThat(one.exchanges()).hasSize(2);
            assertThat(two.exchanges()).hasSize(2);
        }
    }

    @Test
    void retriesOfTheRequestMakeNoFurtherCopies() throws Exception {
        try (FakeOrigin bad = FakeOrigin.start(exchange -> exchange.close());
                FakeOrigin good = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin shadow = FakeOrigin.answering(FakeOrigin.ok("shadow"));
                TestBreakwater breakwater =
                        Setup.to(bad.address(), good.address())
                                .upstream("outlier = \"off\"")
                                .location("mirror = { upstream = \"shadow\" }")
                                .more("[upstreams.shadow]\nnodes = [\"" + shadow.address() + "\"]")
                                .start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 4; round++) {
                client.request("PUT / HTTP/1.1", "Host: a", "Content-Length: 3").send("abc");
                assertThat(client.response().text()).isEqualTo("real");
            }
            counts(breakwater, mirror -> assertThat(mirror.answered()).isEqualTo(4));
            assertThat(bad.exchanges()).hasSizeGreaterThanOrEqualTo(2);
            for (int number = 1; number <= 4; number++)
                assertThat(shadow.exchange(number).request().text()).isEqualTo("abc");
            assertThat(shadow.exchanges()).hasSize(4);
        }
    }

    @Test
    void aShareOfTheRequestsIsCopied() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin shadow = FakeOrigin.answering(FakeOrigin.ok("shadow"));
                TestBreakwater breakwater =
                        mirrored(origin, shadow.address(), ", percent = 50").start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 400; round++) client.get("/").response();
            counts(breakwater, mirror -> assertThat(mirror.answered()).isBetween(120L, 280L));
            breakwater.apply(mirrored(origin, shadow.address(), ", percent = 0").toml());
            counts(breakwater, mirror -> assertThat(mirror.inFlight()).isZero());
            long before = figures(breakwater).answered();
            for (int round = 0; round < 50; round++) client.get("/").response();
            assertThat(figures(breakwater).answered()).isEqualTo(before);
            assertThat(figures(breakwater).inFlight()).isZero();
        }
    }

    @Test
    void longAnswersOfTheShadowAreReadToTheirEnd() throws Exception {
        String answer = FakeOrigin.ok("y".repeat(300_000));
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("real"));
                FakeOrigin shadow = FakeOrigin.answering(answer);
                TestBreakwater breakwater = mirrored(origin, shadow.address(), "").start();
                RawClient client = breakwater.client()) {
            for (int round = 1; round <= 3; round++) {
                long sent = round;
                assertThat(client.get("/").response().text()).isEqualTo("real");
                counts(breakwater, mirror -> assertThat(mirror.answered()).isEqualTo(sent));
            }
            assertThat(shadow.connections()).as("it is kept").isEqualTo(1);
        }
    }

    private static Setup mirrored(FakeOrigin origin, String shadow, String more) {
        return Setup.to(origin)
                .location("mirror = { upstream = \"shadow\"" + more + " }")
                .more("[upstreams.shadow]\nnodes = [\"" + shadow + "\"]");
    }

    private static MirrorView figures(TestBreakwater breakwater) {
        List<MirrorView> all = breakwater.engine().mirrors();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    /// Waits until the figures are as expected.
    private static void counts(TestBreakwater breakwater, ThrowingConsumer<MirrorView> expected) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() -> assertThat(figures(breakwater)).satisfies(expected));
    }
}
