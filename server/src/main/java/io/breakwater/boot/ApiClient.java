package io.breakwater.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The REST API of the process that runs on this machine, used with the token in its data folder.
final class ApiClient {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final URI base;
    private final String token;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();

    private ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /// The running process.
    ///
    /// @throws CommandException when none runs or its token cannot be read
    static ApiClient of(ProcessSettings settings) throws IOException, CommandException {
        LocalProcess process = LocalProcess.of(settings);
        String console = process.value("console");
        if (!process.isRunning() || console == null) {
            throw new CommandException("Breakwater is not running; bin/start.sh starts it");
        }
        String token = LocalToken.read(settings.tokenFile());
        if (token == null) {
            throw new CommandException(
                    "user "
                            + System.getProperty("user.name")
                            + " cannot read "
                            + settings.tokenFile()
                            + ": run this as the user Breakwater runs as");
        }
        return new ApiClient(URI.create(console), token);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static JsonNode parse(String json) throws IOException {
        return JSON.readTree(json);
    }

    JsonNode get(String path) throws IOException, CommandException {
        return JSON.readTree(text(path));
    }

    /// The body as it comes.
    String text(String path) throws IOException, CommandException {
        return send("GET", path, null, "application/json");
    }

    /// Sends a body and reads the answer, which may be empty.
    JsonNode send(String method, String path, @Nullable JsonNode body)
            throws IOException, CommandException {
        return JSON.readTree(
                send(method, path, body == null ? null : body.toString(), "application/json"));
    }

    String send(String method, String path, @Nullable String body, String type)
            throws IOException, CommandException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + "/api/v1" + path))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "application/json, */*;q=0.5")
                        .header("Content-Type", type)
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> response;
        try {
            response = client.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        } catch (IOException e) {
            throw new CommandException(
                    "no answer from "
                            + base
                            + ": "
                            + (e.getMessage() == null ? e : e.getMessage()));
        }
        if (response.statusCode() >= 400) {
            throw new CommandException(reason(response));
        }
        return response.body();
    }

    /// RFC 9457: `detail` in words, `errors` one by one.
    private static String reason(HttpResponse<String> response) {
        JsonNode problem;
        try {
            problem = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            return "refused: status " + response.statusCode();
        }
        StringBuilder out = new StringBuilder();
        for (JsonNode error : problem.path("errors")) {
            out.append(out.isEmpty() ? "" : "\n").append(line(error));
        }
        return out.isEmpty()
                ? problem.path("detail").asText("refused: status " + response.statusCode())
                : out.toString();
    }

    static String line(JsonNode error) {
        String key = error.path("key").asText("");
        String where = error.path("object").asText("") + (key.isEmpty() ? "" : " " + key);
        JsonNode value = error.path("value");
        return where
                + ": "
                + (value.isNull() || value.isMissingNode() ? "missing" : value.asText())
                + " (expected: "
                + error.path("expected").asText()
                + ")";
    }
}
