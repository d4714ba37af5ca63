package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.H2NodeConnection;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is said on an HTTP/2 connection to a node, request by request.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class Http2NodeTest {
    private static final int LARGE_BYTES = 2 << 20;
    private static final String H2 = "protocol = \"h2\"\noutlier = \"off\"";

    @ParameterizedTest
    @EnumSource
    void requestAndResponseAsTheyAre(BodyEngine engine) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            H2NodeConnection.Request request = connection.next();
                            assertThat(request.method()).isEqualTo("GET");
                            assertThat(request.scheme()).isEqualTo("http");
                            assertThat(request.authority()).isEqualTo("shop.example:81");
                            assertThat(request.path()).isEqualTo("/a/~b?c=d|e&f");
                            assertThat(request.ended()).isTrue();
                            assertThat(request.fields().get("host")).isNull();
                            assertThat(request.fields().get("connection")).isNull();
                            assertThat(request.fields().get("keep-alive")).isNull();
                            assertThat(request.fields().get("upgrade")).isNull();
                            assertThat(request.fields().get("x-hop")).isNull();
                            assertThat(request.fields().get("te")).isEqualTo("trailers");
                            assertThat(request.fields().get("x-a")).isEqualTo("caf\u00e9");
                            assertThat(request.fields().get("cookie")).isEqualTo("a=1; b=2");
                            assertThat(request.fields().get("content-length")).isNull();
                            connection.head(1, false, ":status: 203", "x-b: 1", "x-b: 2");
                            connection.data(1, ascii("hel"), false);
                            connection.data(1, ascii("lo"), true);
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        Setup.to(node.address()).engine(engine).upstream(H2).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET /a/%7Eb?c=d|e&f HTTP/1.1",
                    "Host: shop.example:81",
                    "Connection: keep-alive, X-Hop, TE",
                    "Keep-Alive: timeout=5",
                    "X-Hop: 1",
                    "TE: trailers",
                    "X-A: caf\u00e9",
                    "Cookie: a=1; b=2");
            Message response = client.response();
            assertThat(response.status()).isEqualTo(203);
            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.head().all("X-B")).containsExactly("1", "2");
            assertThat(response.head().field("Via")).isEqualTo("2.0 breakwater");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesOfUnknownLengthAndTrailersPassBothWays(BodyEngine engine) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            H2NodeConnection.Request request = connection.next();
                            assertThat(request.fields().get("content-length")).isNull();
                            byte[] body = connection.body(request.stream());
                            assertThat(new String(body, StandardCharsets.US_ASCII))
                                    .isEqualTo("abcdef");
                            HttpFields trailers = connection.trailers(request.stream());
                            assertThat(Objects.requireNonNull(trailers).get("x-sum"))
                                    .isEqualTo("6");
                            connection.head(1, false, ":status: 200");
                            connection.data(1, ascii("done"), false);
                            connection.head(1, true, "grpc-status: 0");
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        Setup.to(node.address()).engine(engine).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.open("POST", "/", "te: trailers");
            stream.data(ascii("abc")).data(ascii("def")).end("x-sum: 6");
            assertThat(stream.awaitEnd().status()).isEqualTo(200);
            assertThat(stream.text()).isEqualTo("done");
            assertThat(stream.trailer("grpc-status")).isEqualTo("0");
        }
    }

    @Test
    void anAnswerThatIsOnlyAHeadHasNoTrailers() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(1, true, ":status: 200", "grpc-status: 12");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.open("POST", "/").data(ascii("abc")).end();
            assertThat(stream.awaitEnd().status()).isEqualTo(200);
            assertThat(stream.field("grpc-status")).isEqualTo("12");
        }
    }

    @Test
    void bothSidesMaySpeakAtTheSameTime() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(1, false, ":status: 200");
                            for (int round = 1; round <= 5; round++) {
                                assertThat(connection.await(1, round)).isEqualTo(round);
                                connection.data(1, ascii("x"), false);
                            }
                            connection.body(1);
                            connection.head(1, true, "grpc-status: 0");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.open("POST", "/");
            for (int round = 1; round <= 5; round++) {
                stream.data(ascii("y"));
                assertThat(stream.await(round)).hasSize(round);
            }
            assertThat(stream.end().awaitEnd().trailer("grpc-status")).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 204, true",
        "GET, 304, true",
        "HEAD, 200, true",
        "HEAD, 200, false",
        "GET, 304, false"
    })
    void answersWithoutABody(String method, int status, boolean whole) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            if (status == 204) connection.head(1, whole, ":status: 204");
                            else
                                connection.head(
                                        1, whole, ":status: " + status, "content-length: 1000");
                            if (!whole) connection.data(1, new byte[0], true);
                            H2NodeConnection.Request second = connection.next();
                            connection.answer(second.stream(), "second");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            client.request(method + " / HTTP/1.1", "Host: a");
            assertThat(client.response(method).status()).isEqualTo(status);
            assertThat(client.get("/").response().text()).isEqualTo("second");
            assertThat(node.connections()).hasSize(1);
        }
    }

    @Test
    void interimAnswersPassAndTheBodyWaitsFor100() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            H2NodeConnection.Request request = connection.next();
                            assertThat(request.fields().get("expect")).isEqualTo("100-continue");
                            assertThat(request.ended()).isFalse();
                            connection.head(1, false, ":status: 103", "link: </a>");
                            connection.awaitPong();
                            assertThat(connection.await(1, 0)).isZero();
                            connection.head(1, false, ":status: 100");
                            assertThat(connection.body(1)).hasSize(5);
                            connection.answer(1, "fine");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "PUT / HTTP/1.1", "Host: a", "Content-Length: 5", "Expect: 100-continue");
            assertThat(client.head().status()).isEqualTo(103);
            assertThat(client.head().status()).isEqualTo(100);
            client.send("abcde");
            assertThat(client.response().text()).isEqualTo("fine");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "reset, 502 upstream-reset",
        "short, 502 upstream-invalid",
        "long, 200 upstream-invalid",
        "short trailers, 200 upstream-invalid",
        "garbage, 502 upstream-invalid",
        "interim end, 502 upstream-invalid",
        "close, 502 upstream-reset",
        "101, 502 upstream-invalid",
        "large head, 502 upstream-headers-too-large"
    })
    void whatANodeDoesWrong(String fault, String outcome) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            fail(connection, fault);
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            client.request("POST / HTTP/1.1", "Host: a", "Content-Length: 0");
            assertThat(client.head().status()).isEqualTo(Integer.parseInt(outcome.substring(0, 3)));
            assertThat(breakwater.stopAndLog()).containsExactly(outcome);
        }
    }

    private static void fail(H2NodeConnection connection, String fault) throws Exception {
        switch (fault) {
            case "reset" -> connection.reset(1, 2);
            case "short" -> {
                connection.head(1, true, ":status: 200", "content-length: 3");
            }
            case "long" -> {
                connection.head(1, false, ":status: 200", "content-length: 3");
                connection.data(1, ascii("four"), true);
            }
            case "short trailers" -> {
                connection.head(1, false, ":status: 200", "content-length: 3");
                connection.head(1, true, "x-a: 1");
            }
            case "garbage" -> connection.head(1, true, "x-a: 1");
            case "interim end" -> connection.head(1, true, ":status: 103");
            case "101" -> connection.head(1, false, ":status: 101");
            case "large head" -> {
                String[] fields = new String[800];
                fields[0] = ":status: 200";
                for (int i = 1; i < fields.length; i++)
                    fields[i] = "x-" + i + ": " + "v".repeat(60);
                connection.head(1, true, fields);
            }
            default -> throw new IOException("closes");
        }
    }

    @Test
    void aBodyThatBreaksOffBreaksTheAnswerOff() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(1, false, ":status: 200");
                            connection.data(1, ascii("begun"), false);
                            connection.awaitPong();
                            connection.reset(1, 8);
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.send("GET", "/").awaitEnd();
            assertThat(stream.text()).isEqualTo("begun");
            assertThat(stream.resetCode()).isNotNull();
            assertThat(breakwater.stopAndLog()).containsExactly("200 upstream-reset");
        }
    }

    @Test
    void anEarlyAnswerStopsTheRequest() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.await(1, 1);
                            connection.head(1, true, ":status: 413");
                            connection.reset(1, 0);
                            H2NodeConnection.Request second = connection.next();
                            connection.answer(second.stream(), "second");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.open("POST", "/").data(ascii("abc"));
            assertThat(stream.status()).isEqualTo(413);
            assertThat(client.send("GET", "/").awaitEnd().text()).isEqualTo("second");
            assertThat(node.connections()).hasSize(1);
        }
    }

    @Test
    void aClientThatLeavesCancelsItsStreamOnly() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            H2NodeConnection.Request request = connection.next();
                            connection.head(request.stream(), false, ":status: 200");
                            connection.data(request.stream(), ascii("begun"), false);
                            assertThat(connection.awaitReset(request.stream())).isEqualTo(8);
                            H2NodeConnection.Request second = connection.next();
                            connection.answer(second.stream(), "second");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                H2Client client = H2Client.to(breakwater.port())) {
            H2Stream stream = client.send("GET", "/");
            assertThat(stream.await(5)).isEqualTo("begun");
            stream.cancel();
            assertThat(client.send("GET", "/").awaitEnd().text()).isEqualTo("second");
            assertThat(node.connections()).hasSize(1);
        }
    }

    @Test
    void aBodyIsReadNoFasterThanTheNodeTakesIt() throws Exception {
        Semaphore stalled = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.holdWindows();
                            connection.next();
                            assertThat(connection.await(1, 65_535)).isEqualTo(65_535);
                            stalled.release();
                            goOn.acquire();
                            connection.awaitPong();
                            assertThat(connection.await(1, 0)).isEqualTo(65_535);
                            connection.giveWindow(0, 1 << 30);
                            connection.giveWindow(1, 1 << 30);
                            assertThat(connection.body(1)).hasSize(LARGE_BYTES);
                            connection.answer(1, "fine");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient client = breakwater.client()) {
            client.request("PUT / HTTP/1.1", "Host: a", "Content-Length: " + LARGE_BYTES);
            Thread sender =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send("x".repeat(LARGE_BYTES));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            stalled.acquire();
            goOn.release();
            assertThat(client.response().text()).isEqualTo("fine");
            sender.join();
        }
    }

    @Test
    void aNodeIsReadNoFasterThanTheClientReads() throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(1, false, ":status: 200");
                            byte[] part = new byte[16 * 1024];
                            long bytes = 0;
                            while (bytes < (64 << 20) && connection.room(1) >= part.length) {
                                connection.data(1, part, false);
                                bytes += part.length;
                                if (connection.room(1) < part.length) connection.awaitPong();
                            }
                            sent.complete(bytes);
                            connection.data(1, part, true);
                            H2NodeConnection.Request second = connection.next();
                            connection.answer(second.stream(), "second");
                            connection.readOn();
                        });
                TestBreakwater breakwater = Setup.to(node.address()).upstream(H2).start();
                RawClient slow = breakwater.client()) {
            slow.get("/");
            // It stops at what sockets and one window hold, long before the end.
            assertThat(sent.get(60, TimeUnit.SECONDS)).isLessThan(32 << 20);
            assertThat(slow.response().body()).hasSize(sent.get().intValue() + 16 * 1024);
            assertThat(slow.get("/").response().text()).isEqualTo("second");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
