package io.breakwater.wire;

import static io.breakwater.testing.WebForm.bytes;
import static io.breakwater.testing.WebForm.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.BodyReader;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Node;
import io.breakwater.testing.H2NodeConnection;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WebForm;
import io.breakwater.testing.WireTest;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls of gRPC-Web as bytes: what a node of gRPC gets of them, and what of it the client gets.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class GrpcWebTest {
    private static final String ON = "grpc-web = true";
    private static final String H2 = "protocol = \"h2\"";
    private static final String POST = "POST /a.B/C HTTP/1.1";
    private static final String HOST = "Host: a.test";
    private static final String END = frame(0x80, "grpc-status: 0\r\nx-end: 1\r\n");

    private static Setup to(H2Node node, BodyEngine engine) {
        return Setup.to(node.address()).engine(engine).location(ON).upstream(H2);
    }

    private static void headed(H2NodeConnection connection, int stream) throws Exception {
        connection.head(stream, false, ":status: 200", "content-type: application/grpc", "x-a: 1");
    }

    private static void ended(H2NodeConnection connection, int stream) throws Exception {
        connection.head(stream, true, "grpc-status: 0", "x-end: 1");
    }

    /// Answers each message with what it was, and an exclamation mark in another one.
    private static H2Node echo() throws Exception {
        return H2Node.start(connection -> {
            while (true) {
                int stream = connection.next().stream();
                byte[] body = connection.body(stream);
                headed(connection, stream);
                connection.data(stream, body, false);
                connection.data(stream, bytes(frame(0, "!")), false);
                ended(connection, stream);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void aCallBecomesOneOfGrpcAndItsAnswerOneOfTheWeb(BodyEngine engine, WebForm form)
            throws Exception {
        String message = frame(0, "hello");
        try (H2Node node =
                        H2Node.start(connection -> {
                            H2NodeConnection.Request request = connection.next();
                            assertThat(request.path()).isEqualTo("/a.B/C");
                            assertThat(request.fields().get("content-type"))
                                    .isEqualTo("application/grpc+proto");
                            assertThat(request.fields().get("te")).isEqualTo("trailers");
                            assertThat(request.fields().get("content-length"))
                                    .isEqualTo(form == WebForm.TEXT ? null : "10");
                            assertThat(request.fields().get("x-grpc-web")).isNull();
                            assertThat(request.fields().get("accept")).isNull();
                            assertThat(request.fields().get("accept-encoding"))
                                    .isIn(null, "identity");
                            assertThat(request.fields().get("x-user-agent")).isEqualTo("js/1");
                            assertThat(request.fields().get("user-agent")).isEqualTo("browser");
                            assertThat(request.fields().get("grpc-timeout")).isEqualTo("20S");
                            assertThat(connection.body(1)).isEqualTo(bytes(message));
                            headed(connection, 1);
                            connection.data(1, bytes(message), false);
                            ended(connection, 1);
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = breakwater.client()) {
            String body = form.coded(message);
            client.request(
                    POST,
                    HOST,
                    "Content-Type: " + form.type(),
                    "Accept: " + form.type(),
                    "Accept-Encoding: gzip, br",
                    "X-Grpc-Web: 1",
                    "X-User-Agent: js/1",
                    "User-Agent: browser",
                    "Grpc-Timeout: 20S",
                    "Content-Length: " + body.length());
            Message answer = client.send(body).response();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head().field("content-type")).isEqualTo(form.type());
            assertThat(answer.head().field("x-a")).isEqualTo("1");
            assertThat(answer.head().has("grpc-status")).isFalse();
            assertThat(answer.head().has("trailer")).isFalse();
            assertThat(answer.trailers()).isEmpty();
            assertThat(form.plain(answer.text())).isEqualTo(message + END);
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void clientsOfHttp2(BodyEngine engine, WebForm form) throws Exception {
        String message = frame(0, "hello");
        try (H2Node node = echo();
                TestBreakwater breakwater =
                        to(node, engine).server("protocols = [\"http1\", \"h2\"]").start();
                H2Client client = H2Client.to(breakwater.port())) {
            for (int call = 0; call < 3; call++) {
                H2Stream stream =
                        client.open("POST", "/a.B/C", "content-type: " + form.type())
                                .data(bytes(form.coded(message)))
                                .end()
                                .awaitEnd();
                assertThat(stream.status()).isEqualTo(200);
                assertThat(stream.field("content-type")).isEqualTo(form.type());
                assertThat(stream.trailer("grpc-status")).isNull();
                assertThat(form.plain(stream.text())).isEqualTo(message + frame(0, "!") + END);
            }
        }
    }

    /// A message is there when the node has sent it, not when the next one comes, and its last
    /// bytes do not wait for the others of their group.
    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void eachMessageIsThereAtOnce(BodyEngine engine, WebForm form) throws Exception {
        Semaphore seen = new Semaphore(0);
        String[] messages = {frame(0, ""), frame(0, "a"), frame(1, "ab"), frame(0, "abc")};
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.next();
                            headed(connection, 1);
                            for (String message : messages) {
                                // In two pieces, of which the first may not be decodable.
                                connection.data(1, bytes(message.substring(0, 4)), false);
                                connection.data(1, bytes(message.substring(4)), false);
                                assertThat(seen.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                            }
                            ended(connection, 1);
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = breakwater.client()) {
            client.request(POST, HOST, "Content-Type: " + form.type(), "Content-Length: 0");
            Head head = client.head();
            BodyReader body = client.body(head);
            for (String message : messages) {
                StringBuilder got = new StringBuilder();
                while (form.plain(got.toString()).length() < message.length())
                    got.append(body.read(form == WebForm.TEXT ? 4 : 1));
                assertThat(form.plain(got.toString())).isEqualTo(message);
                seen.release();
            }
            assertThat(form.plain(body.read(form.coded(END).length()))).isEqualTo(END);
            assertThat(body.skip()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void largeMessagesBothWays(BodyEngine engine, WebForm form) throws Exception {
        String message = frame(0, "0123456789\u00ff".repeat(200_000));
        try (H2Node node = echo();
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = breakwater.client()) {
            String body = form.coded(message);
            client.request(
                    POST, HOST, "Content-Type: " + form.type(), "Content-Length: " + body.length());
            Message answer = client.send(body).response();
            assertThat(form.plain(answer.text()).equals(message + frame(0, "!") + END)).isTrue();
        }
    }

    /// As clients encode each message by itself, and as networks cut what they send.
    @ParameterizedTest
    @EnumSource
    void textMayHavePaddingWithin(BodyEngine engine) throws Exception {
        String first = frame(0, "a");
        String second = frame(0, "bc");
        try (H2Node node = echo();
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = breakwater.client()) {
            client.request(
                    POST,
                    HOST,
                    "Content-Type: application/grpc-web-text",
                    "Transfer-Encoding: chunked");
            String body = WebForm.TEXT.coded(first) + WebForm.TEXT.coded(second);
            for (char one : body.toCharArray()) client.chunk("" + one);
            client.send("0\r\n\r\n");
            Message answer = client.response();
            assertThat(answer.head().field("content-type")).isEqualTo("application/grpc-web-text");
            assertThat(WebForm.TEXT.plain(answer.text()))
                    .isEqualTo(first + second + frame(0, "!") + END);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc-web, application/grpc-web-text, application/grpc-web-text",
        "application/grpc-web-text, application/grpc-web, application/grpc-web",
        "application/grpc-web-text, */*, application/grpc-web-text",
        "application/grpc-web, 'text/html, application/grpc-web-text', application/grpc-web-text",
        "Application/gRPC-Web+JSON;x=y, */*, application/grpc-web+json"
    })
    void acceptDecidesTheFormOfTheAnswer(String type, String accept, String answered)
            throws Exception {
        try (H2Node node = echo();
                TestBreakwater breakwater = to(node, BodyEngine.PUMP).start();
                RawClient client = breakwater.client()) {
            client.request(
                    POST, HOST, "Content-Type: " + type, "Accept: " + accept, "Content-Length: 0");
            Message answer = client.response();
            assertThat(answer.head().field("content-type")).isEqualTo(answered);
            WebForm form = answered.contains("text") ? WebForm.TEXT : WebForm.BINARY;
            assertThat(form.plain(answer.text())).isEqualTo(frame(0, "!") + END);
        }
    }

    /// A status in the head is one in the body, where scripts from elsewhere may see it.
    @ParameterizedTest
    @CsvSource({"PUMP, BINARY", "PUMP, TEXT", "SERVLET, BINARY", "SERVLET, TEXT"})
    void aResponseOfTrailersOnly(BodyEngine engine, WebForm form) throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            connection.body(connection.next().stream());
                            connection.head(
                                    1,
                                    true,
                                    ":status: 200",
                                    "content-type: application/grpc+proto",
                                    "grpc-status: 5",
                                    "grpc-message: v%C3%A9rit%C3%A9",
                                    "grpc-status-details-bin: CAU",
                                    "x-why: because");
                            connection.readOn();
                        });
                TestBreakwater breakwater = to(node, engine).start();
                RawClient client = breakwater.client()) {
            client.request(POST, HOST, "Content-Type: " + form.type(), "Content-Length: 0");
            Message answer = client.response();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head().has("grpc-status")).isFalse();
            assertThat(answer.head().field("x-why")).isEqualTo("because");
            assertThat(form.plain(answer.text()))
                    .isEqualTo(
                            frame(
                                    0x80,
                                    "grpc-status: 5\r\ngrpc-message: v%C3%A9rit%C3%A9\r\n"
                                            + "grpc-status-details-bin: CAU\r\n"));
        }
    }

    @Test
    void othersArePassedOnAsTheyAre() throws Exception {
        try (H2Node node =
                        H2Node.start(connection -> {
                            while (true) {
                                H2NodeConnection.Request request = connection.next();
                                connection.body(request.stream());
                                connection.answer(
                                        request.stream(),
                                        request.fields().get("content-type")
                                                + " "
                                                + request.fields().get("te"));
                            }
                        });
                TestBreakwater off = Setup.to(node.address()).upstream(H2).start();
                TestBreakwater on = to(node, BodyEngine.PUMP).start();
                RawClient toOff = off.client();
                RawClient toOn = on.client()) {
            String web = "Content-Type: application/grpc-web";
            toOff.request(POST, HOST, web, "Content-Length: 0");
            assertThat(toOff.response().text()).isEqualTo("application/grpc-web null");
            toOn.request("PUT / HTTP/1.1", HOST, web, "Content-Length: 0");
            assertThat(toOn.response().text()).isEqualTo("application/grpc-web null");
            toOn.request(POST, HOST, web + "ify", "Content-Length: 0");
            assertThat(toOn.response().text()).isEqualTo("application/grpc-webify null");
            // What a browser asks before it calls another host is the node's to answer.
            toOn.request("OPTIONS /a.B/C HTTP/1.1", HOST, "Origin: http://b.test");
            assertThat(toOn.response().text()).isEqualTo("null null");
        }
    }

    @Test
    void nothingIsCompressedOrCached() throws Exception {
        try (H2Node node = echo();
                TestBreakwater breakwater =
                        to(node, BodyEngine.PUMP)
                                .location("compression = { types = [\"*\"], min-length = \"1b\" }")
                                .location("cache = \"all\"")
                                .more("[cache-policies.all]\nttl = { \"200\" = \"1h\" }")
                                .start();
                RawClient client = breakwater.client()) {
            for (int call = 0; call < 2; call++) {
                client.request(
                        POST,
                        HOST,
                        "Content-Type: application/grpc-web",
                        "Accept-Encoding: gzip",
                        "Content-Length: 0");
                Message answer = client.response();
                assertThat(answer.head().has("content-encoding")).isFalse();
                assertThat(answer.text()).isEqualTo(frame(0, "!") + END);
            }
            assertThat(node.connections().getFirst().begun()).isEqualTo(2);
        }
    }
}
