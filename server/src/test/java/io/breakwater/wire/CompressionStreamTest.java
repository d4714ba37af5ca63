package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyReader;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Head;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that stream through an encoder: nothing waits in it, nothing is lost, nothing is left.
@WireTest
class CompressionStreamTest {
    private static final int LINES = 5;
    private static final int LARGE_BYTES = 50 << 20;

    @TempDir private static Path shared;

    private static Path plain;

    @BeforeAll
    static void writePlain() throws Exception {
        plain = shared.resolve("plain");
        writeText(plain);
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, Transfer-Encoding: chunked",
        "br, Transfer-Encoding: chunked",
        "zstd, Transfer-Encoding: chunked",
        "gzip, Content-Length: 10",
        "br, Content-Length: 10",
        "zstd, Content-Length: 10",
        "zstd, Connection: close"
    })
    void linesAreSeenOneByOne(String coding, String framing) throws Exception {
        Semaphore next = new Semaphore(0);
        try (FakeOrigin origin = FakeOrigin.start(one -> drip(one, "text/plain", framing, next));
                TestBreakwater breakwater = compressing(origin, "min-length = 0")) {
            Process curl = curl(breakwater, coding, "--no-buffer").start();
            try (InputStream plain = curl.getInputStream()) {
                for (int line = 0; line < LINES; line++) {
                    next.release();
                    assertThat(plain.readNBytes(2)).asString().isEqualTo(line + "\n");
                }
                next.release();
                assertThat(plain.read()).isEqualTo(-1);
            } finally {
                curl.destroy();
            }
            assertThat(curl.waitFor()).isZero();
            assertThat(breakwater.engine().figures().prometheus())
                    .contains(
                            "breakwater_compression_plain_bytes_total{encoding=\""
                                    + coding
                                    + "\"} 10.0");
        }
    }

    private static ProcessBuilder curl(TestBreakwater breakwater, String coding, String... more) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--compressed"));
        command.addAll(List.of("-H", "Accept-Encoding: " + coding));
        command.addAll(List.of(more));
        command.add("http://127.0.0.1:" + breakwater.port() + "/");
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    @Test
    void eventsAreNotHeldBack() throws Exception {
        Semaphore next = new Semaphore(0);
        try (FakeOrigin origin =
                        FakeOrigin.start(
                                one -> drip(one, "text/event-stream", "Connection: close", next));
                TestBreakwater breakwater = compressing(origin, "types = [\"*\"]");
                RawClient client = breakwater.client()) {
            Head head = ask(client, "gzip, br, zstd");
            assertThat(head.has("Content-Encoding")).isFalse();
            BodyReader body = client.body(head);
            for (int line = 0; line < LINES; line++) {
                next.release();
                assertThat(body.read(2)).isEqualTo(line + "\n");
            }
            next.release();
            assertThat(body.skip()).isZero();
        }
    }

    private static void drip(OriginExchange exchange, String type, String framing, Semaphore next)
            throws Exception {
        exchange.readAll();
        exchange.respond("HTTP/1.1 200 OK", "Content-Type: " + type, framing);
        for (int line = 0; line < LINES; line++) {
            assertThat(next.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            if (framing.startsWith("T")) exchange.chunk(line + "\n");
            else exchange.send(line + "\n");
        }
        assertThat(next.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        if (framing.startsWith("T")) exchange.send("0\r\n\r\n");
        if (framing.startsWith("Conn")) exchange.close();
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, --http1.1, false",
        "br, --http1.1, true",
        "zstd, --http1.1, false",
        "gzip, --http2-prior-knowledge, true",
        "br, --http2-prior-knowledge, false",
        "zstd, --http2-prior-knowledge, true"
    })
    void curlGetsLargeBodiesByteByByte(String coding, String protocol, boolean chunked)
            throws Exception {
        Path folder = Files.createTempDirectory(shared, "curl");
        try (FakeOrigin origin = FakeOrigin.start(exchange -> send(exchange, chunked));
                TestBreakwater breakwater = compressing(origin, "min-length = 0")) {
            Path got = folder.resolve("got");
            Path heads = folder.resolve("heads");
            Process curl =
                    curl(breakwater, coding, protocol, "-D", heads.toString(), "-o", got.toString())
                            .start();
            assertThat(curl.waitFor()).isZero();
            assertThat(Files.mismatch(plain, got)).isEqualTo(-1);
            assertThat(Files.readString(heads).toLowerCase(Locale.ROOT))
                    .contains("content-encoding: " + coding)
                    .doesNotContain("content-length");
        }
    }

    /// Text-like: it is compressed to about a third.
    private static void writeText(Path file) throws Exception {
        byte[] bytes = new byte[LARGE_BYTES];
        Random random = new Random(1);
        byte[][] words = new byte[4096][];
        for (int i = 0; i < words.length; i++) {
            words[i] = new byte[2 + random.nextInt(9)];
            for (int k = 1; k < words[i].length; k++)
                words[i][k] = (byte) ('a' + random.nextInt(26));
            words[i][0] = ' ';
        }
        for (int at = 0; at < bytes.length; ) {
            byte[] word = words[Math.min(random.nextInt(4096), random.nextInt(4096))];
            int count = Math.min(word.length, bytes.length - at);
            System.arraycopy(word, 0, bytes, at, count);
            at += count;
        }
        Files.write(file, bytes);
    }

    private static void send(OriginExchange exchange, boolean chunked) throws Exception {
        exchange.readAll();
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + LARGE_BYTES;
        exchange.respond("HTTP/1.1 200 OK", "Content-Type: text/plain", framing);
        OutputStream out = exchange.out();
        try (InputStream in = Files.newInputStream(plain)) {
            byte[] part = new byte[100_000];
            for (int count = in.read(part); count > 0; count = in.read(part)) {
                if (chunked) exchange.send(Integer.toHexString(count) + "\r\n");
                out.write(part, 0, count);
                if (chunked) exchange.send("\r\n");
            }
        }
        if (chunked) exchange.send("0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd"})
    void clientThatLeavesLeavesNothingBehind(String coding) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(CompressionStreamTest::endless);
                TestBreakwater breakwater = compressing(origin, "min-length = 0")) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RawClient client = breakwater.client();
                clients.add(client);
                Head head = ask(client, coding);
                assertThat(client.body(head).read(1)).hasSize(1);
            }
            for (RawClient client : clients) client.reset();
            gauge(breakwater, coding, 0);
            CacheKit.inFlight(breakwater, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd"})
    void streamThatIsCancelledLeavesNothingBehind(String coding) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(CompressionStreamTest::endless);
                TestBreakwater breakwater = compressing(origin, "min-length = 0");
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.send("GET", "/", "accept-encoding: " + coding);
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.field("content-encoding")).isEqualTo(coding);
            stream.await(1);
            stream.cancel();
            gauge(breakwater, coding, 0);
        }
    }

    @Test
    void countsWhatIsOpen() throws Exception {
        Semaphore next = new Semaphore(0);
        try (FakeOrigin origin =
                        FakeOrigin.start(
                                one -> drip(one, "text/plain", "Connection: close", next));
                TestBreakwater breakwater = compressing(origin, "min-length = 0");
                RawClient client = breakwater.client()) {
            Head head = ask(client, "gzip");
            gauge(breakwater, "gzip", 1);
            next.release(LINES + 1);
            client.body(head).skip();
            gauge(breakwater, "gzip", 0);
        }
    }

    private static void gauge(TestBreakwater breakwater, String coding, int open) {
        await().atMost(RawClient.PATIENCE)
                .untilAsserted(() ->
                        assertThat(breakwater.engine().figures().prometheus())
                                .contains(
                                        "breakwater_compression_open_responses{encoding=\""
                                                + coding
                                                + "\"} "
                                                + open));
    }

    private static void endless(OriginExchange exchange) throws Exception {
        exchange.readAll();
        exchange.respond("HTTP/1.1 200 OK", "Content-Type: text/plain", "Connection: close");
        Random random = new Random(2);
        byte[] part = new byte[10_000];
        while (true) {
            random.nextBytes(part);
            exchange.out().write(part);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, Content-Length: 90000",
        "zstd, Content-Length: 90000",
        "br, Transfer-Encoding: chunked"
    })
    void nodeThatBreaksOffIsSeenAndNotStored(String coding, String framing) throws Exception {
        Semaphore seen = new Semaphore(0);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.readAll();
                            exchange.respond(
                                    "HTTP/1.1 200 OK",
                                    "Content-Type: text/plain",
                                    CacheKit.FRESH,
                                    framing);
                            if (framing.startsWith("T")) exchange.chunk("a".repeat(30_000));
                            else exchange.send("a".repeat(30_000));
                            assertThat(seen.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                            exchange.close();
                        });
                TestBreakwater breakwater =
                        CacheKit.caching(origin).location("compression = \"on\"").start();
                TestBreakwater uncached = compressing(origin, "min-length = 0")) {
            for (TestBreakwater each : List.of(breakwater, uncached, breakwater)) {
                try (RawClient client = each.client()) {
                    client.request("GET / HTTP/1.1", "Host: a", "Accept-Encoding: " + coding);
                    Head head = client.head();
                    assertThat(head.field("Content-Encoding")).isEqualTo(coding);
                    seen.release();
                    assertThat(client.rest(head).ending()).isNotEqualTo(Ending.COMPLETE);
                    gauge(each, coding, 0);
                }
            }
            assertThat(origin.exchanges()).hasSize(3);
        }
    }

    @Test
    void othersAreServedWhileALargeBodyIsCompressed() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            if (exchange.head().target().equals("/endless")) endless(exchange);
                            else FakeOrigin.answer(FakeOrigin.ok("quick")).serve(exchange);
                        });
                TestBreakwater breakwater = compressing(origin, "gzip-level = 9")) {
            List<Thread> readers = new ArrayList<>();
            List<RawClient> busy = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RawClient client = breakwater.client();
                busy.add(client);
                client.request("GET /endless HTTP/1.1", "Host: a", "Accept-Encoding: gzip");
                BodyReader body = client.body(client.head());
                readers.add(Thread.ofVirtual().start(() -> read(body)));
            }
            for (int i = 0; i < 20; i++) {
                try (RawClient client = breakwater.client()) {
                    assertThat(client.get("/").response().text()).isEqualTo("quick");
                }
            }
            for (RawClient client : busy) client.reset();
            for (Thread reader : readers) reader.join();
        }
    }

    private static void read(BodyReader body) {
        try {
            body.skip();
        } catch (IOException gone) {
            // the test is over
        }
    }

    private static Head ask(RawClient client, String coding) throws Exception {
        return client.request("GET / HTTP/1.1", "Host: a", "Accept-Encoding: " + coding).head();
    }

    private static TestBreakwater compressing(FakeOrigin origin, String how) throws Exception {
        return Setup.to(origin)
                .location("compression = { " + how + " }")
                .upstream("retry = \"off\"\noutlier = \"off\"")
                .start();
    }
}
