package io.breakwater.acme;

import io.breakwater.control.CertificateOrder.Part;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Asks ourselves for a file under a name, as the authority will. Where it fails it is only told:
/// from inside a network the way to its own outside may not exist, though all the world has one.
final class Reach {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TOKEN_BYTES = 16;
    private static final int HTTP_PORT = 80;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Challenges challenges;
    private final int port;

    /// @param port where authorities ask
    Reach(Challenges challenges, int port) {
        this.challenges = challenges;
        this.port = port;
    }

    void check(String host, Story story) throws InterruptedException {
        byte[] random = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(random);
        String token = "breakwater-" + HexFormat.of().formatHex(random);
        String content = "reached " + token;
        String url = "http://" + host + (port == HTTP_PORT ? "" : ":" + port) + Http01.PREFIX;
        challenges.file(host, token, content);
        try {
            String fault = fault(URI.create(url + token), content);
            if (fault == null) story.tell(Part.REACHABILITY, url + " reaches us");
            else
                story.warn(
                        Part.REACHABILITY,
                        url
                                + " does not reach us from here: "
                                + fault
                                + ". The authority is asked all the same, as it may see another"
                                + " way");
        } finally {
            challenges.removeFile(host, token);
        }
    }

    private static @Nullable String fault(URI uri, String content) throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] wanted = content.getBytes(StandardCharsets.US_ASCII);
                byte[] got = body.readNBytes(wanted.length + 1);
                if (Arrays.equals(got, wanted)) return null;
            } finally {
                client.shutdownNow();
            }
            return "somebody else answered, with status " + response.statusCode();
        } catch (IOException e) {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
    }
}
