package io.breakwater.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.Browser;
import io.breakwater.admin.testing.Product;
import io.breakwater.admin.testing.ProductApi;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the product caches, seen and purged through the API and in a browser without scripts.
class CacheConsoleTest {
    private static final String PURGE = "/cache/purge";

    @Test
    @Timeout(120)
    void isSeenAndPurged(@TempDir Path home, @TempDir Path profile) throws Exception {
        try (Product product = Product.start(home);
                HttpClient client = HttpClient.newHttpClient()) {
            ProductApi api = new ProductApi(product, client);
            assertThat(api.expect(200, "GET", "/cache/stats", "")).contains("\"open\":false");
            setUp(product, api);
            throughTheApi(product, api);
            refusesWhatDoesNotFit(api);
            inTheBrowser(product, profile);
        }
    }

    private static void setUp(Product product, ProductApi api) throws Exception {
        api.expect(
                201,
                "PUT",
                "/cache-policies/pages",
                "{\"debug-headers\":true,\"default-ttl\":\"10m\"}");
        api.expect(201, "PUT", "/upstreams/app", "{\"nodes\":[\"" + product.origin() + "\"]}");
        api.expect(201, "PUT", "/locations/app", "{\"upstream\":\"app\",\"cache\":\"pages\"}");
        api.expect(
                200,
                "PUT",
                "/servers/default",
                "{\"listen\":[\"127.0.0.1:" + product.firstPort() + "\"],\"locations\":[\"app\"]}");
    }

    private static String url(Product product, String path) {
        return "http://127.0.0.1:" + product.firstPort() + path;
    }

    /// What the cache did, as the response tells.
    private static String asked(Product product, String path) throws Exception {
        HttpResponse<String> answer = product.get(product.firstPort(), path);
        assertThat(answer.body()).isEqualTo("origin saw " + path);
        return answer.headers().firstValue("Cache-Status").orElse("");
    }

    /// Asks until the answer is stored, which takes a moment.
    private static void store(Product product, String path) {
        Browser.waitFor(() -> asked(product, path).contains("; hit"));
    }

    private static void throughTheApi(Product product, ProductApi api) throws Exception {
        assertThat(asked(product, "/tea?a=1")).contains("fwd=uri-miss");
        store(product, "/tea?a=1");
        assertThat(api.expect(200, "GET", "/cache/stats", ""))
                .contains("\"open\":true", "\"policies\":{\"pages\":{", "\"miss\":1");
        assertThat(api.expect(200, "GET", "/cache/entries?prefix=" + url(product, "/te"), ""))
                .contains("\"url\":\"" + url(product, "/tea?a=1") + "\"", "\"status\":200");
        String body = "{\"url\":\"" + url(product, "/./tea?a=1") + "\",\"dry-run\":";
        assertThat(api.expect(200, "POST", PURGE, body + "true}")).contains("\"affected\":1");
        assertThat(asked(product, "/tea?a=1")).contains("; hit");
        assertThat(api.expect(200, "POST", PURGE, body + "false}")).contains("\"affected\":1");
        assertThat(asked(product, "/tea?a=1")).contains("fwd=uri-miss");
    }

    private static void refusesWhatDoesNotFit(ProductApi api) throws Exception {
        assertThat(api.expect(422, "POST", PURGE, "{\"soft\":true}"))
                .contains("exactly one of url, prefix, tag, host, all");
        api.expect(422, "POST", PURGE, "{\"tag\":\"a\",\"all\":true}");
        api.expect(422, "POST", PURGE, "{\"all\":\"yes\"}");
        api.expect(422, "POST", PURGE, "{\"everything\":true}");
        assertThat(api.expect(422, "POST", PURGE, "{\"url\":\"/tea\"}"))
                .contains("an absolute http or https URL");
        api.expect(422, "GET", "/cache/entries?prefix=tea", "");
        api.expect(422, "GET", "/cache/entries?prefix=http://a/&tag=b", "");
        api.expect(400, "GET", "/cache/entries?limit=0", "");
    }

    private static void inTheBrowser(Product product, Path profile) throws Exception {
        store(product, "/tea?a=1");
        store(product, "/coffee");
        try (Browser browser = new Browser(profile, false)) {
            browser.signIn(product.console("/sign-in"), "admin", Product.PASSWORD);
            browser.open(product.console("/"));
            assertThat(browser.text()).contains("Cache hit ratio");
            browser.open(product.console("/cache"));
            assertThat(browser.text())
                    .contains("Hit ratio", "Where it is stored", "blocks", "pages", "in use");
            browser.choose("look-scope", "URLs that begin with");
            browser.type("look-name", url(product, "/"));
            browser.press("Look");
            assertThat(browser.text())
                    .contains(url(product, "/tea?a=1"), url(product, "/coffee"), "fresh for 9 min");

            browser.open(product.console("/cache"));
            browser.type("purge-name", "tea");
            browser.press("Count first");
            assertThat(browser.text()).contains("expected: an absolute http or https URL");
            browser.type("purge-name", url(product, "/coffee"));
            browser.press("Count first");
            assertThat(browser.text()).contains("1 object", url(product, "/coffee"));
            assertThat(asked(product, "/coffee")).contains("; hit");
            browser.press("Purge");
            assertThat(browser.text()).contains("1 object purged.");
            assertThat(asked(product, "/coffee")).contains("fwd=uri-miss");
            assertThat(asked(product, "/tea?a=1")).contains("; hit");
        }
    }
}
