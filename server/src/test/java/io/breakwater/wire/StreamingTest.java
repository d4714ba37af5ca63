package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.BodyReader;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.Head;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Bytes pass when they come, and come only as fast as they can pass.
@WireTest
class StreamingTest {
    private static final int LINES = 5;
    private static final long LARGE_BYTES = 48L << 20;

    /// What a node takes of an HTTP/2 stream at first (RFC 9113 §6.9.2).
    private static final int WINDOW_BYTES = 65_535;

    /// Mostly the kernel's: up to 4 MiB to send and 6 MiB received on each of two connections.
    private static final long HELD_BYTES = 16L << 20;

    @ParameterizedTest
    @CsvSource({
        "PUMP, Transfer-Encoding: chunked",
        "PUMP, Content-Length: 10",
        "PUMP, Connection: close",
        "SERVLET, Transfer-Encoding: chunked",
        "SERVLET, Content-Length: 10",
        "SERVLET, Connection: close",
    })
    void linesAreSeenOneByOne(BodyEngine engine, String framing) throws Exception {
        Semaphore next = new Semaphore(0);
        try (FakeOrigin origin = FakeOrigin.start(exchange -> drip(exchange, framing, next));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            Head head = client.get("/").head();
            BodyReader body = client.body(head);
            for (int line = 0; line < LINES; line++) {
                next.release();
                assertThat(body.read(2)).isEqualTo(line + "\n");
            }
            next.release();
            assertThat(body.skip()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void uploadsArriveBeforeTheyAreComplete(BodyEngine engine) throws Exception {
        CountDownLatch gotFirst = new CountDownLatch(1);
        CountDownLatch gotSecond = new CountDownLatch(1);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            assertThat(exchange.body().read(5)).isEqualTo("first");
                            gotFirst.countDown();
                            assertThat(exchange.body().read(6)).isEqualTo("second");
                            gotSecond.countDown();
                            exchange.readAll();
                            exchange.send(FakeOrigin.ok("x"));
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("first");
            pass(gotFirst);
            client.chunk("second");
            pass(gotSecond);
            client.send("0\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothDirectionsRunAtOnce(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.respond("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
                            for (int line = 0; line < LINES; line++) {
                                exchange.chunk(exchange.body().read(2));
                            }
                            exchange.readAll();
                            exchange.send("0\r\n\r\n");
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("0\n");
            BodyReader body = client.body(client.head());
            assertThat(body.read(2)).isEqualTo("0\n");
            for (int line = 1; line < LINES; line++) {
                client.chunk(line + "\n");
                assertThat(body.read(2)).isEqualTo(line + "\n");
            }
            client.send("0\r\n\r\n");
            assertThat(body.skip()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerMayComeBeforeTheUploadEnds(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.body().read(5);
                            exchange.send(FakeOrigin.ok("early"));
                            exchange.readAll();
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("first");
            assertThat(client.response().text()).isEqualTo("early");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatDoesNotReadStallsTheOrigin(BodyEngine engine) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (FakeOrigin origin = FakeOrigin.start(exchange -> pour(exchange, sent));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = RawClient.to(breakwater.port(), 64 * 1024)) {
            client.get("/");
            awaitStill(sent);
            assertThat(sent.get()).isBetween(1L, HELD_BYTES);
            Head head = client.head();
            assertThat(Pattern.check(client.body(head))).isEqualTo(LARGE_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOriginThatDoesNotReadStallsTheClient(BodyEngine engine) throws Exception {
        CountDownLatch mayRead = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            mayRead.await();
                            assertThat(Pattern.check(exchange.body())).isEqualTo(LARGE_BYTES);
                            exchange.send(FakeOrigin.ok("x"));
                        });
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: " + LARGE_BYTES);
            Thread upload = Thread.ofVirtual().start(() -> upload(client, sent));
            awaitStill(sent);
            assertThat(sent.get()).isBetween(1L, HELD_BYTES);
            mayRead.countDown();
            assertThat(client.response().status()).isEqualTo(200);
            upload.join();
        }
    }

    /// The first answer comes while the node has not taken the request's last byte yet. When it
    /// does, the connection is at its next request.
    @ParameterizedTest
    @EnumSource
    void theLastByteMayBeTakenDuringTheNextRequest(BodyEngine engine) throws Exception {
        byte[] next = new Pattern().next(3 * WINDOW_BYTES);
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.holdWindows();
                            int first = connection.next().stream();
                            connection.await(first, WINDOW_BYTES);
                            connection.answer(first, "early");
                            connection.giveWindow(0, 1 << 20);
                            int second = connection.next().stream();
                            connection.await(second, WINDOW_BYTES);
                            connection.giveWindow(first, 1);
                            connection.body(first);
                            connection.awaitPong();
                            connection.giveWindow(second, 1 << 20);
                            received.complete(connection.body(second));
                            connection.answer(second, "fine");
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        Setup.to(node.address())
                                .engine(engine)
                                .upstream("protocol = \"h2\"")
                                .start();
                RawClient client = breakwater.client()) {
            int length = WINDOW_BYTES + 1;
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: " + length)
                    .send(new byte[length]);
            assertThat(client.response().text()).isEqualTo("early");
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: " + next.length)
                    .send(next);
            assertThat(client.response().text()).isEqualTo("fine");
            assertThat(received.get()).isEqualTo(next);
        }
    }

    private static void drip(OriginExchange exchange, String framing, Semaphore next)
            throws Exception {
        exchange.respond("HTTP/1.1 200 OK", "Content-Type: text/plain", framing);
        boolean chunked = framing.endsWith("chunked");
        for (int line = 0; line < LINES; line++) {
            next.acquire();
            if (chunked) {
                exchange.chunk(line + "\n");
            } else {
                exchange.send(line + "\n");
            }
        }
        next.acquire();
        if (chunked) {
            exchange.send("0\r\n\r\n");
        } else if (framing.endsWith("close")) {
            exchange.close();
        }
    }

    private static void pour(OriginExchange exchange, AtomicLong sent) throws IOException {
        exchange.respond("HTTP/1.1 200 OK", "Content-Length: " + LARGE_BYTES);
        Pattern pattern = new Pattern();
        while (pattern.position() < LARGE_BYTES) {
            exchange.out().write(pattern.next(16 * 1024));
            sent.set(pattern.position());
        }
    }

    private static void upload(RawClient client, AtomicLong sent) {
        Pattern pattern = new Pattern();
        try {
            while (pattern.position() < LARGE_BYTES) {
                client.send(pattern.next(16 * 1024));
                sent.set(pattern.position());
            }
        } catch (IOException gone) {
            sent.set(-1); // the assertion on the count tells
        }
    }

    /// Waits until the count has grown and then stands still.
    private static void awaitStill(AtomicLong count) {
        AtomicLong last = new AtomicLong(-1);
        await().atMost(RawClient.PATIENCE)
                .pollInterval(Duration.ofMillis(400))
                .until(() -> count.get() > 0 && last.getAndSet(count.get()) == count.get());
    }

    private static void pass(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
