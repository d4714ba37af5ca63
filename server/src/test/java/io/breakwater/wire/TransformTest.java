package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyReader;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Framing;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/// Text substitution on streamed bodies.
@WireTest
class TransformTest {
    private static final String REPLACE =
            "transform = { replace = [{ from = \"kitten\", to = \"cat\" },"
                    + " { from = \"ten\", to = \"10\" }], types = [\"text/*\"] }";
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n";

    @Test
    void replacesInWholeBodies() throws Exception {
        String body = "a kitten, ten kittens, kitte";
        assertReplaced(HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @Test
    void replacesAcrossChunkBorders() throws Exception {
        assertReplaced(
                HEAD
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "4\r\na ki\r\n1\r\nt\r\n1\r\nt\r\na\r\nen, ten ki\r\n"
                        + "c\r\nttens, kitte\r\n0\r\n\r\n");
    }

    @Test
    void replacesInBodiesEndedByClose() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange ->
                                exchange.send(HEAD + "\r\na kitten, ten kittens, kitte").close());
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("a cat, 10 cats, kitte");
        }
    }

    @Test
    void leavesOtherTypesAlone() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
                                        + "Content-Length: 6\r\nETag: \"x\"\r\n\r\nkitten");
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            Message response = client.get("/").response();
            assertThat(response.text()).isEqualTo("kitten");
            assertThat(response.head().field("Content-Length")).isEqualTo("6");
            assertThat(response.head().field("ETag")).isEqualTo("\"x\"");
        }
    }

    @Test
    void asksForUncompressedContentAndLeavesCompressedContentAlone() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                HEAD
                                        + "Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\n"
                                        + "kitten");
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", "Accept-Encoding: gzip, br");
            Message response = client.response();
            assertThat(origin.exchange(1).head().field("Accept-Encoding")).isEqualTo("identity");
            assertThat(response.text()).isEqualTo("kitten");
            assertThat(response.head().field("Content-Encoding")).isEqualTo("gzip");
        }
    }

    @Test
    void changedContentLosesWhatDescribedTheOldBytes() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                HEAD
                                        + "Content-Length: 6\r\n"
                                        + "ETag: \"x\"\r\n"
                                        + "Accept-Ranges: bytes\r\n"
                                        + "Content-MD5: abc\r\n\r\n"
                                        + "kitten");
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            Message response = client.get("/").response();
            assertThat(response.text()).isEqualTo("cat");
            assertThat(response.head().field("ETag")).isIn(null, "W/\"x\"");
            assertThat(response.head().has("Accept-Ranges")).isFalse();
            assertThat(response.head().has("Content-MD5")).isFalse();
        }
    }

    @Test
    void headHasNoLengthThatWouldBeWrong() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(HEAD + "Content-Length: 6\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            client.request("HEAD / HTTP/1.1", "Host: a");
            assertThat(client.response("HEAD").head().has("Content-Length")).isFalse();
            client.request("HEAD / HTTP/1.1", "Host: a");
            assertThat(client.response("HEAD").status()).isEqualTo(200);
        }
    }

    @Test
    void passesLinesAtOnce() throws Exception {
        Semaphore next = new Semaphore(0);
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
                            for (int line = 0; line < 3; line++) {
                                next.acquire();
                                exchange.chunk("kitten " + line + "\n");
                            }
                            exchange.send("0\r\n\r\n");
                        });
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            Head head = client.get("/").head();
            BodyReader body = client.body(head);
            for (int line = 0; line < 3; line++) {
                next.release();
                assertThat(body.read(6)).isEqualTo("cat " + line + "\n");
            }
            assertThat(body.skip()).isZero();
        }
    }

    @Test
    void largeBodiesPassInConstantMemory() throws Exception {
        int lines = 1 << 20; // 12 MB at the origin, 9 MB at the client
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange -> {
                            exchange.send(HEAD + "Content-Length: " + 12L * lines + "\r\n\r\n");
                            pour(exchange.out(), "one kitten.\n", lines);
                        });
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            Head head = client.get("/").head();
            BodyReader body = client.body(head);
            String block = "one cat.\n".repeat(1 << 12);
            for (int at = 0; at < lines; at += 1 << 12) {
                assertThat(body.read(block.length()).equals(block)).isTrue();
            }
            assertThat(body.skip()).isZero();
        }
    }

    private static void pour(OutputStream out, String line, int lines) throws IOException {
        byte[] block = line.repeat(1 << 12).getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < lines; at += 1 << 12) {
            out.write(block);
        }
    }

    private static void assertReplaced(String response) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(response);
                TestBreakwater breakwater = Setup.to(origin).location(REPLACE).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 2; round++) {
                Message changed = client.get("/").response();
                assertThat(changed.text()).isEqualTo("a cat, 10 cats, kitte");
                assertThat(changed.framing()).isEqualTo(Framing.CHUNKED);
            }
            assertThat(breakwater.stopAndLog()).containsExactly("200 -", "200 -");
        }
    }
}
