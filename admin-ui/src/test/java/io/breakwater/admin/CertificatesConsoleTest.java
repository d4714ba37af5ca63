package io.breakwater.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.Browser;
import io.breakwater.admin.testing.Product;
import io.breakwater.admin.testing.ProductApi;
import java.net.http.HttpClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/// Self-signed certificates, and the stories of orders, through the API and in a browser without
/// scripts.
class CertificatesConsoleTest {
    /// Nobody listens there.
    private static final String ACME =
            "{\"domains\":[\"shop.test\"],\"acme\":{\"directory\":\"https://127.0.0.1:1/dir\"}}";

    @Test
    @Timeout(120)
    void areMadeAndOrdered(@TempDir Path home, @TempDir Path profile) throws Exception {
        try (Product product = Product.start(home);
                HttpClient client = HttpClient.newHttpClient()) {
            ProductApi api = new ProductApi(product, client);
            selfSigned(api);
            api.expect(404, "GET", "/certificates/local/orders", "");
            api.expect(404, "POST", "/certificates/local/renew", "");
            api.expect(201, "PUT", "/certificates/shop", ACME);
            Browser.waitFor(() ->
                    api.expect(200, "GET", "/certificates/shop/orders", "")
                            .contains("\"outcome\":\"failed\""));
            assertThat(api.expect(200, "GET", "/certificates/shop/orders", ""))
                    .contains("\"failures\":1", "the authority cannot be asked");
            inTheBrowser(product, profile);
            assertThat(api.expect(200, "GET", "/certificates/shop/orders", ""))
                    .contains("\"failures\":2");
        }
    }

    private static void selfSigned(ProductApi api) throws Exception {
        String path = "/certificates/local/self-signed";
        assertThat(api.expect(200, "POST", path, "{\"domains\":[\"localhost\"],\"days\":3}"))
                .contains("\"changed\":true");
        assertThat(api.expect(200, "GET", "/certificates/local", ""))
                .contains("BEGIN CERTIFICATE", "\"key\":\"secret:sha256:")
                .doesNotContain("PRIVATE KEY");
        api.expect(422, "POST", path, "{}");
        api.expect(422, "POST", path, "{\"domains\":[\"a b\"]}");
        api.expect(422, "POST", path, "{\"domains\":[\"a\"],\"days\":0}");
        api.expect(422, "POST", path, "{\"domains\":[\"a\"],\"key-type\":\"dsa\"}");
    }

    private static void inTheBrowser(Product product, Path profile) {
        try (Browser browser = new Browser(profile, false)) {
            browser.signIn(product.console("/sign-in"), "admin", Product.PASSWORD);
            browser.open(product.console("/certificates"));
            browser.driver().findElement(By.cssSelector("details > summary")).click();
            browser.type("self-name", "tried");
            browser.type("self-domains", "localhost, *.localhost");
            browser.press("Make it");
            assertThat(browser.text()).contains("Applied as revision", "tried");
            browser.open(product.console("/certificates/tried"));
            assertThat(browser.text()).doesNotContain("Renew now");

            browser.open(product.console("/certificates/shop"));
            assertThat(browser.text())
                    .contains(
                            "not obtained yet; the last order failed",
                            "The next order is due at",
                            "https://127.0.0.1:1/dir",
                            "the authority cannot be asked");
            browser.press("Renew now");
            Browser.waitFor(() -> {
                browser.open(product.console("/certificates/shop"));
                return browser.text().contains("the last 2 orders failed");
            });
        }
    }
}
