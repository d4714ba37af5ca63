package io.breakwater.boot;

import com.google.errorprone.annotations.Var;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `train`: the run from which the start script makes the AOT cache. It starts a whole Breakwater
/// on free loopback ports with data of its own, does what a first minute does, and stops; the JVM
/// writes down which classes were loaded and what ran often.
@Command(name = "train", hidden = true, description = "A training run for the AOT cache.")
final class TrainCommand extends Verb {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int PROXIED = 400;
    private static final int RELAYED = 4_000;
    private static final int RELAYED_TLS = 2_000;
    private static final int STORED_TLS = 4_000;
    private static final int HANDSHAKES = 1_000;

    /// Bytes of a body, and how often it is asked for: in one write with its head, from the file,
    /// and in several pieces.
    private static final Map<Integer, Integer> STORED =
            Map.of(1_000, 12_000, 100_000, 2_400, 10_000_000, 240);

    private static final List<String> CONSOLE =
            List.of("/", "/sign-in", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json");
    private static final List<String> API =
            List.of(
                    "/status",
                    "/config?format=toml",
                    "/config?format=yaml",
                    "/revisions",
                    "/servers",
                    "/locations",
                    "/upstreams",
                    "/upstreams/app/nodes",
                    "/tokens",
                    "/revisions/1");

    @Parameters(paramLabel = "FOLDER", description = "Where its data goes; made when missing.")
    @Var
    private Path folder = Path.of("");

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(folder);
        try (Training training = new Training()) {
            run(training);
        }
        return 0;
    }

    private void run(Training training) throws Exception {
        int port = freePort();
        int samplePort = freePort();
        int tlsPort = freePort();
        TlsTraining tls = new TlsTraining();
        Path config = folder.resolve("train.toml").toAbsolutePath();
        Files.writeString(
                config,
                config(port, tlsPort, training.port(), samplePort) + tls.certificates(folder));
        ProcessSettings settings =
                ProcessSettings.read(
                        options.read().file(),
                        Map.of(),
                        List.of(
                                "data-dir=" + folder.resolve("data").toAbsolutePath(),
                                "log-dir=" + folder.resolve("logs").toAbsolutePath(),
                                "store.url=jdbc:h2:file:${data-dir}/config",
                                "first-config=" + config,
                                "admin.listen=127.0.0.1:0",
                                "sample.listen=127.0.0.1:" + samplePort));
        DataFolder.prepare(settings);
        ProcessLog.open(settings, false);
        Breakwater breakwater = Breakwater.start(settings, new FirstStart(null, null));
        try {
            use(breakwater, "http://127.0.0.1:" + port, settings);
            load(training, port);
            tls.get(tlsPort, "/relayed/1000", RELAYED_TLS);
            tls.get(tlsPort, "/stored/1000", STORED_TLS);
            tls.handshakes(tlsPort, HANDSHAKES);
        } finally {
            breakwater.stop(Duration.ZERO);
            ProcessLog.close();
        }
    }

    private static String config(int port, int tls, int node, int sample) {
        return """
        [servers.train]
        listen = ["127.0.0.1:%d"]
        locations = ["stored", "relayed", "app"]
        access-log = "combined"
        [servers.train-tls]
        listen = ["127.0.0.1:%d"]
        tls = true
        protocols = ["http1", "h2"]
        locations = ["stored", "relayed", "app"]
        access-log = "combined"
        [locations.stored]
        path = "/stored/"
        upstream = "node"
        cache = "all"
        [locations.relayed]
        path = "/relayed/"
        upstream = "node"
        [locations.app]
        upstream = "app"
        [upstreams.node]
        nodes = ["127.0.0.1:%d"]
        [upstreams.app]
        nodes = ["127.0.0.1:%d"]
        [cache-policies.all]
        default-ttl = "1h"
        """
                .formatted(port, tls, node, sample);
    }

    private static void load(Training training, int port) throws IOException, InterruptedException {
        training.get(port, "/relayed/1000", RELAYED);
        for (Map.Entry<Integer, Integer> body : STORED.entrySet())
            training.get(port, "/stored/" + body.getKey(), body.getValue());
    }

    private static void use(Breakwater breakwater, String proxy, ProcessSettings settings)
            throws IOException, InterruptedException, CommandException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(TIMEOUT)
                        .build()) {
            for (int i = 0; i < PROXIED; i++) {
                get(client, proxy + (i % 10 == 0 ? "/no-such-page" : "/"), "");
            }
            HttpRequest post =
                    HttpRequest.newBuilder(URI.create(proxy + "/"))
                            .timeout(TIMEOUT)
                            .POST(BodyPublishers.ofString("a=b"))
                            .build();
            client.send(post, BodyHandlers.discarding());
            for (String page : CONSOLE) {
                get(client, breakwater.consoleUrl() + page, "");
            }
            String token = String.valueOf(LocalToken.read(settings.tokenFile()));
            for (String path : API) {
                get(client, breakwater.consoleUrl() + "/api/v1" + path, "Bearer " + token);
            }
            if (Files.exists(settings.initialPasswordFile())) {
                String pair = "admin:" + Files.readString(settings.initialPasswordFile()).strip();
                String basic =
                        Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
                get(client, breakwater.consoleUrl() + "/api/v1/status", "Basic " + basic);
            }
        }
    }

    /// Whatever the status: this is about the code that runs, not about its answers.
    private static void get(HttpClient client, String url, String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        client.send(request.build(), BodyHandlers.discarding());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
