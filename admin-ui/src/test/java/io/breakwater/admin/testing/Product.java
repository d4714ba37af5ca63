package io.breakwater.admin.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Breakwater as people run it, in a process of its own, with a small origin behind it.
public final class Product implements AutoCloseable {
    /// Of the user `admin`.
    public static final String PASSWORD = "as-good-as-any";

    private static final String FIRST_CONFIGURATION =
            """
            [servers.default]
            listen = ["127.0.0.1:PORT"]
            locations = ["closed"]
            error-page = "friendly"

            [locations.closed]
            path = "=/closed"
            respond = { status = 204 }

            [error-pages.friendly]
            html = "<h1>{{status}} plainly</h1>"
            """;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
    private final HttpServer origin;
    private final Process process;
    private final Path home;
    private final int[] ports;

    private Product(HttpServer origin, Process process, Path home, int[] ports) {
        this.origin = origin;
        this.process = process;
        this.home = home;
        this.ports = ports;
    }

    /// Starts it and waits until it is ready.
    ///
    /// @param home an empty folder
    /// @return the running product
    /// @throws IOException when it fails
    public static Product start(Path home) throws IOException {
        int[] ports = freePorts(3);
        Path first = home.resolve("first.toml");
        Files.writeString(first, FIRST_CONFIGURATION.replace("PORT", String.valueOf(ports[1])));
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dbreakwater.home=" + home,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.breakwater.boot.Main",
                        "run",
                        "--ready-file",
                        home.resolve("ready").toString());
        for (String setting :
                List.of(
                        "data-dir=" + home.resolve("data"),
                        "log-dir=" + home.resolve("logs"),
                        "first-config=" + first,
                        "admin.listen=127.0.0.1:" + ports[0],
                        "cache.files=" + home.resolve("cache/blocks") + " 16mb",
                        "sample.listen=off")) builder.command().addAll(List.of("--set", setting));
        builder.environment().put("BREAKWATER_ADMIN_PASSWORD", PASSWORD);
        builder.redirectErrorStream(true).redirectOutput(home.resolve("output").toFile());
        Process process = builder.start();
        Product product = new Product(startOrigin(), process, home, ports);
        try {
            Browser.waitFor(() -> !process.isAlive() || Files.exists(home.resolve("ready")));
            if (!process.isAlive()) throw new AssertionError("not started:\n" + product.output());
            return product;
        } catch (Throwable e) {
            product.close();
            throw e;
        }
    }

    /// An address of the console.
    ///
    /// @param path path and query
    /// @return a URL
    public String console(String path) {
        return "http://127.0.0.1:" + ports[0] + path;
    }

    /// Where the first revision listens.
    ///
    /// @return the port
    public int firstPort() {
        return ports[1];
    }

    /// A port that is free, for a server of the test.
    ///
    /// @return the port
    public int secondPort() {
        return ports[2];
    }

    /// The origin as a node of an upstream.
    ///
    /// @return host and port
    public String origin() {
        return "127.0.0.1:" + origin.getAddress().getPort();
    }

    /// A request through the proxy.
    ///
    /// @param port a port on 127.0.0.1
    /// @param path path and query
    /// @return the answer
    /// @throws IOException when it fails
    /// @throws InterruptedException when interrupted
    public HttpResponse<String> get(int port, String path)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// Whether a new connection to the port is taken.
    ///
    /// @param port a port on 127.0.0.1
    /// @return true when it is
    /// @throws IOException when it fails
    public boolean isListening(int port) throws IOException {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }

    @Override
    public void close() {
        client.close();
        origin.stop(0);
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it does not stop:\n" + output());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String output() {
        try {
            return Files.readString(home.resolve("output"));
        } catch (IOException e) {
            return "no output: " + e;
        }
    }

    private static HttpServer startOrigin() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String text = "origin saw " + exchange.getRequestURI();
                    byte[] body = text.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
        server.start();
        return server;
    }

    private static int[] freePorts(int count) throws IOException {
        ServerSocket[] sockets = new ServerSocket[count];
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            sockets[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            ports[i] = sockets[i].getLocalPort();
        }
        for (ServerSocket socket : sockets) socket.close();
        return ports;
    }
}
