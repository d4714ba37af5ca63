package io.breakwater.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SampleOriginTest {
    private final Server server = new Server();
    private int port;

    @BeforeEach
    void start() throws Exception {
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new SampleOrigin("http://127.0.0.1:9180/", "1.2.3"));
        server.start();
        port = connector.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void thePageLeadsToTheConsole() throws Exception {
        String page = get("/", 200);
        assertThat(page)
                .contains(
                        "Breakwater is running",
                        "href=\"http://127.0.0.1:9180/\"",
                        "1.2.3",
                        "style.css")
                .doesNotContain("{{", "https://");
        assertThat(get("/style.css", 200)).contains("prefers-color-scheme");
    }

    @Test
    void tellsTheTime() throws Exception {
        assertThat(get("/time", 200)).matches("\\{\"time\":\"[0-9T:.-]+Z\"}\n");
    }

    @Test
    void otherPathsAreMissing() throws Exception {
        get("/missing", 404);
    }

    @Test
    void headHasTheLengthAndNoBody() throws Exception {
        try (RawClient client = RawClient.to(port)) {
            client.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Message message = client.response("HEAD");
            assertThat(message.head().status()).isEqualTo(200);
            assertThat(message.head().field("Content-Length")).isNotEqualTo("0");
            assertThat(message.body()).isEmpty();
        }
    }

    @Test
    void onlyReadingIsAllowed() throws Exception {
        try (RawClient client = RawClient.to(port)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
            Message message = client.response();
            assertThat(message.head().status()).isEqualTo(405);
            assertThat(message.head().field("Allow")).isEqualTo("GET, HEAD");
        }
    }

    private String get(String path, int status) throws Exception {
        try (RawClient client = RawClient.to(port)) {
            Message message = client.get(path).response();
            assertThat(message.head().status()).isEqualTo(status);
            return new String(message.body(), StandardCharsets.UTF_8);
        }
    }
}
