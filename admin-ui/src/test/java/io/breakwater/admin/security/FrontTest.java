package io.breakwater.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.TestConsole;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The host check and the response headers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrontTest {
    private final TestConsole console = TestConsole.start();

    @AfterAll
    void stop() {
        console.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:9180",
                "LOCALHOST",
                "127.0.0.1:1",
                "[::1]:9180",
                "console.example:9180"
            })
    void takesItsOwnHosts(String host) {
        assertThat(get("/healthz", host)).startsWith("HTTP/1.1 200 ").endsWith("alive\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:9180",
                "console.example",
                "localhost.evil.example"
            })
    void refusesOtherHosts(String host) {
        assertThat(get("/healthz", host)).startsWith("HTTP/1.1 421 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/healthz", "/api/v1/status", "/nothing-here", "/%zz", "/api/v1/nothing"})
    void putsItsHeadersOnEveryAnswer(String path) {
        String answer = get(path, "localhost");
        assertThat(answer)
                .contains("Content-Security-Policy: default-src 'none'; script-src 'self'")
                .contains("X-Content-Type-Options: nosniff")
                .contains("Referrer-Policy: same-origin")
                .contains("Cache-Control: no-store")
                .doesNotContain("Server:")
                .doesNotContain("Jetty")
                .doesNotContain("X-Powered-By");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api%2Fv1/status",
                "/api/v1/upstreams%2Fapp",
                "/api/v1/upstreams/a%2Fb/nodes/x/drain",
                "/api/v1/upstreams/a/nodes/x%2F../../../../status",
                "/api/v1/status%25",
                "/static/..%2Fsecret",
                "/api/v1/upstreams/a/nodes/%2e%2e/drain",
                "/api/v1/upstreams/a/nodes/;x/drain"
            })
    void refusesTargetsThatCanBeReadInTwoWays(String path) {
        assertThat(get(path, "localhost")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void takesEncodedSlashesInAddressesOfNodes() {
        assertThat(get("/api/v1/upstreams/a/nodes/unix%3A%2Frun%2Fa%25/drain", "localhost"))
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void answersProbesWithoutCredentials() {
        assertThat(get("/readyz", "localhost")).startsWith("HTTP/1.1 200 ").endsWith("ready\n");
        String metrics = get("/metrics", "localhost");
        assertThat(metrics)
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Type: text/plain;version=0.0.4");
        console.control().drain(true);
        assertThat(get("/readyz", "localhost")).startsWith("HTTP/1.1 503 ").endsWith("draining\n");
        console.control().drain(false);
        HttpResponse<String> post = console.send("POST", "/healthz", "");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(TestConsole.header(post, "Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void speaksHttp2WithoutTls() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + console.port() + "/form");
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString("a=b"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Origin", "http://127.0.0.1:" + console.port())
                        .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            // Only a request without a body can upgrade the connection.
            HttpRequest first = HttpRequest.newBuilder(uri).build();
            assertThat(client.send(first, HttpResponse.BodyHandlers.ofString()).version())
                    .isEqualTo(HttpClient.Version.HTTP_2);
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("posted");
            assertThat(TestConsole.header(answer, "content-security-policy"))
                    .contains("default-src 'none'");
        }
    }

    private String get(String path, String host) {
        return console.raw(
                "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }
}
