package io.breakwater.wire;

import static io.breakwater.testing.WebForm.bytes;
import static io.breakwater.testing.WebForm.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.DeadNode;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.H2NodeConnection;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WebForm;
import io.breakwater.testing.WireTest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What fails is told to clients of gRPC-Web in the form that they read, or breaks the answer off.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class GrpcWebFailureTest {
    private static final String ON = "grpc-web = true";
    private static final String H2 = "protocol = \"h2\"\nretry = { attempts = 0 }";
    private static final String POST = "POST /a.B/C HTTP/1.1";
    private static final String HOST = "Host: a.test";
    private static final String GRPC = "content-type: application/grpc";

    private static Setup to(H2Node node, BodyEngine engine) {
        return Setup.to(node.address()).engine(engine).location(ON).upstream(H2);
    }

    private static RawClient call(TestBreakwater breakwater, WebForm form, String... more)
            throws Exception {
        RawClient client = breakwater.client();
        String type = "Content-Type: " + form.type();
        return client.request(POST, HOST, type, String.join("\r\n", more), "Content-Length: 0")
                .send("");
    }

    private static void told(Message answer, WebForm form, int status, String message) {
        assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().field("content-type")).isEqualTo(form.type());
        assertThat(answer.head().has("grpc-status")).isFalse();
        assertThat(form.plain(answer.text()))
                .isEqualTo(
                        frame(
                                0x80,
                                "grpc-status: "
                                        + status
                                        + "\r\ngrpc-message: "
                                        + message
                                        + "\r\n"));
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void aNodeThatIsGoneIsUnavailable(BodyEngine engine, WebForm form) throws Exception {
        try (DeadNode node = DeadNode.refusing();
                TestBreakwater breakwater =
                        Setup.to(node.address())
                                .engine(engine)
                                .location(ON)
                                .upstream(H2)
                                .server("protocols = [\"http1\", \"h2\"]")
                                .start();
                RawClient client = call(breakwater, form, "X-A: 1");
                H2Client second = H2Client.to(breakwater.port())) {
            Message answer = client.response();
            told(answer, form, 14, "upstream-connect-refused");
            assertThat(answer.head().field("x-request-id")).isNotEmpty();
            H2Stream stream =
                    second.send("POST", "/a.B/C", "content-type: " + form.type()).awaitEnd();
            assertThat(stream.field("content-type")).isEqualTo(form.type());
            assertThat(form.plain(stream.text())).contains("grpc-status: 14\r\n");
            assertThat(breakwater.stopAndLog())
                    .containsExactly(
                            "200 upstream-connect-refused", "200 upstream-connect-refused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClientSaysHowLongACallMayTake(BodyEngine engine) throws Exception {
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        try (H2Node node =
                        H2Node.start(connection -> {
                            int stream = connection.next().stream();
                            cancelled.complete(connection.awaitReset(stream));
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = call(breakwater, WebForm.BINARY, "Grpc-Timeout: 2S")) {
            told(client.response(), WebForm.BINARY, 4, "exchange-timeout");
            assertThat(cancelled.get(20, TimeUnit.SECONDS)).isEqualTo(8);
        }
    }

    /// It does so by a reset, perhaps before we look at the time.
    @ParameterizedTest
    @EnumSource
    void aNodeMaySeeTheDeadlineFirst(BodyEngine engine) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.reset(connection.next().stream(), 8);
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = call(breakwater, WebForm.BINARY, "Grpc-Timeout: 1n")) {
            assertThat(client.response().text()).contains("grpc-status: 4\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, AAAA*AAA", "PUMP, AAAAA", "SERVLET, AAAA*AAA", "SERVLET, AAAAA"})
    void whatIsNoBase64IsTold(BodyEngine engine, String body) throws Exception {
        try (H2Node node = H2Node.start(H2NodeConnection::readOn);
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = breakwater.client()) {
            client.request(
                    POST,
                    HOST,
                    "Content-Type: " + WebForm.TEXT.type(),
                    "Content-Length: " + body.length());
            Message answer = client.send(body).response();
            told(answer, WebForm.TEXT, 13, "bad-request");
            assertThat(breakwater.stopAndLog()).containsExactly("200 bad-request");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUMP, 503, 14", "PUMP, 404, 12", "PUMP, 401, 16", "PUMP, 403, 7", "PUMP, 400, 13",
        "PUMP, 302, 2", "PUMP, 204, 2", "SERVLET, 503, 14", "SERVLET, 500, 2", "SERVLET, 204, 2"
    })
    void anAnswerThatIsNoGrpcIsItsStatus(BodyEngine engine, int http, int grpc) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            while (true) {
                                int stream = connection.next().stream();
                                boolean empty = http == 204;
                                connection.head(
                                        stream,
                                        empty,
                                        ":status: " + http,
                                        "content-type: text/html",
                                        "content-language: en",
                                        "etag: \"a\"",
                                        "set-cookie: a=b");
                                if (!empty) connection.data(stream, bytes("<p>secret"), true);
                            }
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = call(breakwater, WebForm.BINARY, "X-A: 1")) {
            Message answer = client.response();
            told(answer, WebForm.BINARY, grpc, "the upstream answered with HTTP status " + http);
            assertThat(answer.head().has("etag")).isFalse();
            assertThat(answer.head().has("content-language")).isFalse();
            assertThat(answer.head().field("set-cookie")).isEqualTo("a=b");
            assertThat(breakwater.stopAndLog()).containsExactly("200 -");
        }
    }

    /// The rest of such an answer is given up when it is long, or does not come.
    @ParameterizedTest
    @CsvSource({"PUMP, 1000000", "PUMP, 10", "SERVLET, 1000000", "SERVLET, 10"})
    void aPageInPlaceOfAnAnswer(BodyEngine engine, int bytes) throws Exception {
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(1, false, ":status: 200", "content-type: text/html");
                            int sent = Math.min(bytes, 60_000);
                            connection.data(1, new byte[sent], false);
                            if (sent < bytes) connection.data(1, new byte[10_000], false);
                            cancelled.complete(connection.awaitReset(1));
                            connection.readOn();
                        });
                TestBreakwater breakwater =
                        to(node, engine).upstream("idle-timeout = \"100ms\"").start();
                RawClient client = call(breakwater, WebForm.TEXT, "X-A: 1")) {
            told(client.response(), WebForm.TEXT, 2, "the upstream's answer is no gRPC");
            assertThat(cancelled.get(20, TimeUnit.SECONDS)).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void anAnswerWithoutStatusIsUnknown(BodyEngine engine, WebForm form) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(1, false, ":status: 200", GRPC);
                            connection.data(1, bytes(frame(0, "ab")), true);
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = call(breakwater, form, "X-A: 1")) {
            assertThat(form.plain(client.response().text()))
                    .isEqualTo(
                            frame(0, "ab")
                                    + frame(
                                            0x80,
                                            "grpc-status: 2\r\ngrpc-message: the upstream gave"
                                                    + " no grpc-status\r\n"));
        }
    }

    /// What nodes do that leaves no place for a last frame, and what the log says.
    enum Lie {
        ENDS_WITHIN("upstream-invalid"),
        ENDS_WITHIN_WITH_STATUS("upstream-invalid"),
        FORGES_TRAILERS("upstream-invalid"),
        RESETS("upstream-reset");

        private final String reason;

        Lie(String reason) {
            this.reason = reason;
        }

        void tell(H2NodeConnection connection) throws Exception {
            connection.next();
            connection.head(1, false, ":status: 200", GRPC);
            byte[] part = bytes(frame(0, "ab") + frame(0, "abc").substring(0, 7));
            switch (this) {
                case ENDS_WITHIN -> connection.data(1, part, true);
                case ENDS_WITHIN_WITH_STATUS -> {
                    connection.data(1, part, false);
                    connection.head(1, true, "grpc-status: 0");
                }
                case FORGES_TRAILERS -> {
                    connection.data(1, bytes(frame(0, "ab")), false);
                    connection.data(1, bytes(frame(0x80, "grpc-status: 0\r\n")), false);
                }
                case RESETS -> {
                    connection.data(1, part, false);
                    connection.reset(1, 2);
                }
            }
            connection.readOn();
        }
    }

    private static Object[][] lies() {
        Object[][] all = new Object[Lie.values().length * 4][];
        int at = 0;
        for (Lie lie : Lie.values())
            for (BodyEngine engine : BodyEngine.values())
                for (WebForm form : WebForm.values()) all[at++] = new Object[] {lie, engine, form};
        return all;
    }

    @ParameterizedTest
    @MethodSource("lies")
    void anAnswerThatCannotEndWellIsBrokenOff(Lie lie, BodyEngine engine, WebForm form)
            throws Exception {
        try (H2Node node = H2Node.start(lie::tell);
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = call(breakwater, form, "X-A: 1")) {
            Message answer = client.response();
            assertThat(answer.ending()).isNotEqualTo(Ending.COMPLETE);
            assertThat(form.plain(answer.text())).doesNotContain("grpc-status");
            assertThat(breakwater.stopAndLog()).containsExactly("200 " + lie.reason);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\ngrpc-status: 0", "a\ngrpc-status: 0"})
    void aValueDoesNotMakeALine(String value) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            connection.head(1, false, ":status: 200", GRPC);
                            connection.head(1, true, "grpc-status: 9", "x-a: " + value);
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, BodyEngine.PUMP).start();
                RawClient client = call(breakwater, WebForm.BINARY, "X-A: 1")) {
            assertThat(client.response().text()).doesNotContain("\ngrpc-status: 0");
        }
    }

    /// gRPC over HTTP/1.1 is no gRPC, but a node may speak it; and many do not.
    @Test
    void aNodeOfHttp1() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\n"
                                        + GRPC
                                        + "\r\nTrailer: grpc-status\r\n"
                                        + "Transfer-Encoding: chunked\r\n\r\n"
                                        + "6\r\n"
                                        + frame(0, "a")
                                        + "\r\n0\r\nGrpc-Status: 3\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).location(ON).start();
                RawClient client = call(breakwater, WebForm.BINARY, "X-A: 1")) {
            Message answer = client.response();
            assertThat(answer.head().has("trailer")).isFalse();
            assertThat(answer.text()).isEqualTo(frame(0, "a") + frame(0x80, "grpc-status: 3\r\n"));
        }
    }
}
