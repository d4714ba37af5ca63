package io.breakwater.wire;

import static io.breakwater.testing.WebForm.bytes;
import static io.breakwater.testing.WebForm.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WebForm;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bodies of gRPC-Web go at the pace of the slower side, and end when the other side is gone.
@WireTest
class GrpcWebFlowTest {
    private static final int PART_BYTES = 16 * 1024;
    private static final String PART = frame(0, "x".repeat(PART_BYTES - 5));
    private static final int LARGE_BYTES = 128 * PART_BYTES;

    private static Setup to(H2Node node, BodyEngine engine) {
        return Setup.to(node.address())
                .engine(engine)
                .location("grpc-web = true")
                .upstream("protocol = \"h2\"");
    }

    private static void call(RawClient client, WebForm form, int length) throws IOException {
        client.request(
                "POST /a.B/C HTTP/1.1",
                "Host: a.test",
                "Content-Type: " + form.type(),
                "Content-Length: " + length);
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void aNodeIsReadNoFasterThanTheClientReads(BodyEngine engine, WebForm form) throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(
                                    1, false, ":status: 200", "content-type: application/grpc");
                            long bytes = 0;
                            while (bytes < (64 << 20) && connection.room(1) >= PART_BYTES) {
                                connection.data(1, bytes(PART), false);
                                bytes += PART_BYTES;
                                if (connection.room(1) < PART_BYTES) connection.awaitPong();
                            }
                            sent.complete(bytes);
                            connection.head(1, true, "grpc-status: 0");
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient slow = breakwater.client()) {
            call(slow, form, 0);
            // It stops at what sockets and one window hold, long before the end.
            assertThat(sent.get(60, TimeUnit.SECONDS)).isLessThan(32 << 20);
            String end = frame(0x80, "grpc-status: 0\r\n");
            assertThat(form.plain(slow.response().text()))
                    .hasSize(sent.get().intValue() + end.length())
                    .endsWith(end);
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void aBodyIsReadNoFasterThanTheNodeTakesIt(BodyEngine engine, WebForm form) throws Exception {
        Semaphore stalled = new Semaphore(0);
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.holdWindows();
                            connection.next();
                            assertThat(connection.await(1, 65_535)).isEqualTo(65_535);
                            stalled.release();
                            connection.awaitPong();
                            assertThat(connection.await(1, 0)).isEqualTo(65_535);
                            connection.giveWindow(0, 1 << 30);
                            connection.giveWindow(1, 1 << 30);
                            assertThat(connection.body(1)).hasSize(LARGE_BYTES);
                            connection.head(
                                    1,
                                    true,
                                    ":status: 200",
                                    "content-type: application/grpc",
                                    "grpc-status: 0");
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = breakwater.client()) {
            String body = form.coded(PART.repeat(LARGE_BYTES / PART_BYTES));
            call(client, form, body.length());
            Thread sender =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(body);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            stalled.acquire();
            assertThat(form.plain(client.response().text()))
                    .isEqualTo(frame(0x80, "grpc-status: 0\r\n"));
            sender.join();
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void aClientThatLeavesCancelsTheCall(BodyEngine engine, WebForm form) throws Exception {
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(
                                    1, false, ":status: 200", "content-type: application/grpc");
                            connection.data(1, bytes(frame(0, "a")), false);
                            cancelled.complete(connection.awaitReset(1));
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        to(node, engine).server("protocols = [\"http1\", \"h2\"]").start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream call = client.send("POST", "/a.B/C", "content-type: " + form.type());
            assertThat(call.await(6)).isNotEmpty();
            call.cancel();
            assertThat(cancelled.get(20, TimeUnit.SECONDS)).isEqualTo(8);
        }
    }
}
