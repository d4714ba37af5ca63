package io.breakwater.admin.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.breakwater.admin.AdminConsole;
import io.breakwater.config.Document;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.reload.ConfigService;
import io.breakwater.config.store.Store;
import io.breakwater.control.Console;
import io.breakwater.report.metrics.Figures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// A running console over the real configuration service and store, with a fake engine and fake
/// accounts, and a client for it.
public final class TestConsole implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path key = Path.of("target", UUID.randomUUID() + ".key");
    private final Store store;
    private final Figures figures = new Figures();
    private final FakeEngine engine = new FakeEngine();
    private final ConfigService control;
    private final FakeAccounts accounts = new FakeAccounts();
    private final ManualClock clock = new ManualClock();
    private final Console.Running running;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String token;

    private TestConsole(Document first) throws IOException, InvalidConfigException {
        store = Store.open("jdbc:h2:mem:" + UUID.randomUUID(), key);
        control =
                new ConfigService(
                        store,
                        engine,
                        figures,
                        new ConfigService.About("1.2.3", "http://console.example:9180", 0));
        control.start(first);
        figures.start();
        token = accounts.createToken("test", "admin");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        running =
                new AdminConsole(clock, List.of(new SignInModule()))
                        .start(new Console.Setup(address, control, accounts, null));
    }

    /// Starts a console.
    ///
    /// @param toml the first configuration
    /// @return the running console
    public static TestConsole of(String toml) {
        try {
            return new TestConsole(DocumentFormat.TOML.parse(toml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// A small configuration.
    ///
    /// @return a console with a server, a location and an upstream of two nodes
    public static TestConsole start() {
        return of(
                """
                [servers.web]
                listen = ["127.0.0.1:8080"]
                locations = ["app"]
                [locations.app]
                upstream = "app"
                [upstreams.app]
                nodes = ["127.0.0.1:9001", { address = "127.0.0.1:9002", weight = 2 }]
                """);
    }

    /// The console's port.
    ///
    /// @return 1 to 65535
    public int port() {
        return running.port();
    }

    /// What is configured.
    ///
    /// @return the real service
    public ConfigService control() {
        return control;
    }

    /// What moves no bytes.
    ///
    /// @return the fake
    public FakeEngine engine() {
        return engine;
    }

    /// The users.
    ///
    /// @return the fake
    public FakeAccounts accounts() {
        return accounts;
    }

    /// What sessions and delays go by.
    ///
    /// @return the clock
    public ManualClock clock() {
        return clock;
    }

    /// Stops the console, not the service.
    public void stop() {
        running.stop();
    }

    /// Sends with a token.
    ///
    /// @param method the method
    /// @param path below `/api/v1`
    /// @param body the body, empty for none
    /// @param headers name, value, name, value
    /// @return the answer
    public HttpResponse<String> api(String method, String path, String body, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Authorization");
        all.add("Bearer " + token);
        return send(method, "/api/v1" + path, body, all.toArray(String[]::new));
    }

    /// Reads with a token.
    ///
    /// @param path below `/api/v1`
    /// @return the answer's JSON
    public JsonNode get(String path) {
        return json(api("GET", path, ""));
    }

    /// Sends as it is.
    ///
    /// @param method the method
    /// @param path the whole path
    /// @param body the body, empty for none
    /// @param headers name, value, name, value
    /// @return the answer
    public HttpResponse<String> send(String method, String path, String body, String... headers) {
        try {
            return client.send(
                    request(method, path, body, headers),
                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Follows the event stream with a token; the stream ends when the console stops.
    ///
    /// @param headers name, value, name, value
    /// @return done when the stream has begun
    public CompletableFuture<HttpResponse<Stream<String>>> events(String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Authorization");
        all.add("Bearer " + token);
        return client.sendAsync(
                request("GET", "/api/v1/events", "", all.toArray(String[]::new)),
                HttpResponse.BodyHandlers.ofLines());
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    /// Sends raw bytes on a connection of its own and reads to its end.
    ///
    /// @param text the request
    /// @return everything that came
    public String raw(String text) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads an answer's JSON.
    ///
    /// @param response the answer
    /// @return the tree
    public static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(response.body(), e);
        }
    }

    /// A header field.
    ///
    /// @param response the answer
    /// @param name its name
    /// @return its value, empty when absent
    public static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        running.stop();
        figures.stop();
        store.close();
        client.close();
        try {
            Files.deleteIfExists(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
