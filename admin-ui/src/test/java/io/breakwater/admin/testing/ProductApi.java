package io.breakwater.admin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The REST API of the product, used as its administrator.
///
/// @param product the running product
/// @param client sends the requests
public record ProductApi(Product product, HttpClient client) {
    /// Sends a request.
    ///
    /// @param status the expected status
    /// @param method the method
    /// @param path below `/api/v1`
    /// @param body JSON, empty for none
    /// @return the body of the answer
    /// @throws IOException when it fails
    /// @throws InterruptedException when interrupted
    public String expect(int status, String method, String path, String body)
            throws IOException, InterruptedException {
        String credentials = "admin:" + Product.PASSWORD;
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(product.console("/api/v1" + path)))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        credentials.getBytes(
                                                                StandardCharsets.UTF_8)))
                        .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as(() -> method + " " + path + " " + answer.body())
                .isEqualTo(status);
        return answer.body();
    }
}
