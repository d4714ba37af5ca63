package io.breakwater.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.Browser;
import io.breakwater.admin.testing.Product;
import io.breakwater.admin.testing.ProductApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node with slashes, a blank and a percent sign in its address, changed through the API and in
/// the browser while the product serves from it.
class NodeAddressTest {
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nsocket here";

    @Test
    @Timeout(120)
    void isChangedLikeAnyOther(@TempDir Path home, @TempDir Path profile) throws Exception {
        Path socket = home.resolve("a node%2F.sock");
        String address = "unix:" + socket;
        try (ServerSocketChannel node = listen(socket);
                Product product = Product.start(home);
                HttpClient client = HttpClient.newHttpClient()) {
            Thread.ofVirtual().start(() -> serve(node));
            ProductApi api = new ProductApi(product, client);
            api.expect(201, "PUT", "/upstreams/sock", "{\"nodes\":[\"" + address + "\"]}");
            api.expect(201, "PUT", "/locations/sock", "{\"upstream\":\"sock\"}");
            api.expect(
                    200,
                    "PUT",
                    "/servers/default",
                    "{\"listen\":[\"127.0.0.1:"
                            + product.firstPort()
                            + "\"],\"locations\":[\"sock\"]}");
            assertThat(product.get(product.firstPort(), "/").body()).isEqualTo("socket here");

            String path =
                    "/upstreams/sock/nodes/"
                            + URLEncoder.encode(address, StandardCharsets.UTF_8)
                                    .replace("+", "%20");
            api.expect(200, "POST", path + "/down", "");
            assertThat(product.get(product.firstPort(), "/").statusCode()).isEqualTo(503);
            assertThat(api.expect(200, "GET", "/upstreams/sock/nodes", ""))
                    .contains("\"address\":\"" + address + "\"", "\"state\":\"down\"");
            assertThat(api.expect(200, "GET", "/upstreams/sock/events", "")).contains(address);
            api.expect(200, "POST", path + "/activate", "");
            assertThat(product.get(product.firstPort(), "/").statusCode()).isEqualTo(200);
            api.expect(200, "POST", path + "/weight", "{\"weight\":7}");
            api.expect(200, "POST", path + "/drain", "");
            assertThat(api.expect(200, "GET", "/upstreams/sock/nodes", ""))
                    .contains("\"state\":\"drain\"", "\"weight\":7");
            api.expect(404, "POST", path + "x/drain", "");

            inTheBrowser(product, profile, api, address);
        }
    }

    private static void inTheBrowser(Product product, Path profile, ProductApi api, String address)
            throws Exception {
        try (Browser browser = new Browser(profile, false)) {
            browser.signIn(product.console("/sign-in"), "admin", Product.PASSWORD);
            browser.open(product.console("/upstreams/sock"));
            assertThat(browser.text()).contains(address);
            browser.press("Activate");
            assertThat(api.expect(200, "GET", "/upstreams/sock/nodes", ""))
                    .contains("\"state\":\"active\"");
            browser.open(product.console("/upstreams/sock"));
            browser.press("Drain");
            assertThat(api.expect(200, "GET", "/upstreams/sock/nodes", ""))
                    .contains("\"state\":\"drain\"");
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket));
    }

    private static void serve(ServerSocketChannel node) {
        while (node.isOpen()) {
            try (SocketChannel connection = node.accept()) {
                connection.read(ByteBuffer.allocate(8192));
                connection.write(ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.US_ASCII)));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
