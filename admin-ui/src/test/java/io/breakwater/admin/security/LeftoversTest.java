package io.breakwater.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.TestConsole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that come after an answer that did not need them. The console once closed such
/// connections without a word, and the client's next request failed ("received no bytes").
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeftoversTest {
    private static final int PATIENCE_MILLIS = 20_000;

    private final TestConsole console = TestConsole.start();
    private final String token = console.accounts().createToken("leftovers", "admin");

    @AfterAll
    void stop() {
        console.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/locations/app HTTP/1.1\r\nHost: localhost",
                "POST /api/v1/nothing HTTP/1.1\r\nHost: localhost",
                "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nX-No-Token: ?",
                "GET /healthz HTTP/1.1\r\nHost: localhost",
                "POST /healthz HTTP/1.1\r\nHost: localhost",
                "POST /healthz HTTP/1.1\r\nHost: elsewhere.example"
            })
    void keepsTheConnectionWhenTheBodyComesAfterTheAnswer(String head) throws IOException {
        try (Socket socket = connect()) {
            send(socket, head + authorization(head) + "\r\nContent-Length: 2\r\n\r\n");
            assertThat(answer(socket)).doesNotContainIgnoringCase("Connection: close");
            send(socket, "{}");
            send(socket, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").endsWith("ready\n");
        }
    }

    @Test
    void keepsTheConnectionWhenChunksComeAfterTheAnswer() throws IOException {
        try (Socket socket = connect()) {
            String head = "POST /healthz HTTP/1.1\r\nHost: localhost\r\n";
            send(socket, head + "Transfer-Encoding: chunked\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 405 ");
            send(socket, "2\r\n{}\r\n0\r\n\r\n");
            send(socket, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").endsWith("ready\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Too long to be read for nothing.
                "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10485761",
                // Its body is not asked for.
                "POST /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                        + "Content-Length: 2",
                // Jetty sees these, as their answers have not begun.
                "OPTIONS /api/v1/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2",
                "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://elsewhere.example\r\n"
                        + "Content-Length: 2"
            })
    void announcesTheEndOfConnectionsThatItCloses(String head) throws IOException {
        try (Socket socket = connect()) {
            send(socket, head + authorization(head) + "\r\n\r\n");
            assertThat(answer(socket)).containsIgnoringCase("Connection: close");
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void keepsTheAnswerToAnUnreadBodyOverHttp2() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + console.port() + "/healthz");
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            // Only a request without a body can upgrade the connection.
            HttpResponse<Void> first =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
            HttpRequest post =
                    HttpRequest.newBuilder(uri)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1_000_000]))
                            .build();
            HttpResponse<Void> answer = client.send(post, HttpResponse.BodyHandlers.discarding());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(405);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), console.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private String authorization(String head) {
        return head.contains("X-No-Token") ? "" : "\r\nAuthorization: Bearer " + token;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// One answer, its head and as much body as that announces.
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            assertThat(next).as("after %s", head).isNotNegative();
            head.write(next);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int length =
                text.lines()
                        .map(line -> line.toLowerCase(Locale.ROOT))
                        .filter(line -> line.startsWith("content-length:"))
                        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                        .findFirst()
                        .orElse(0);
        return text + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }
}
