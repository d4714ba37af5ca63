package io.breakwater.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.breakwater.admin.testing.Browser;
import io.breakwater.admin.testing.Product;
import io.breakwater.admin.testing.ProductApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/// The cache from nothing to a purge, in the product and a real Chromium.
class CacheBrowserTest {
    /// Whether the chart has an area of what the cache answered.
    private static final String DRAWN =
            "return document.querySelector('.cache-chart .area.saved').getAttribute('d') !== ''";

    @Test
    @Timeout(180)
    void isSetUpWatchedLookedAtAndPurged(@TempDir Path home, @TempDir Path profile)
            throws Exception {
        try (Product product = Product.start(home);
                Browser browser = new Browser(profile, true)) {
            browser.signIn(product.console("/sign-in"), "admin", Product.PASSWORD);
            browser.open(product.console("/cache"));
            assertThat(browser.text()).contains("No block file is open");
            setUp(product, browser);
            traffic(product, browser);
            look(product, browser);
            purge(product, browser);
        }
    }

    private static void apply(Browser browser) {
        browser.press("Review changes");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision");
    }

    private static void setUp(Product product, Browser browser) {
        browser.open(product.console("/new/cache-policies"));
        browser.type("f-name", "pages");
        assertThat(browser.text())
                .contains("What is stored", "How long", "Key", "Stale responses")
                .contains("Large objects and waiting", "Purging and debugging");
        browser.type("f-default-ttl", "10m");
        browser.tick("debug-headers", "true");
        apply(browser);
        browser.open(product.console("/new/upstreams"));
        browser.type("f-name", "app");
        browser.type("f-nodes", product.origin());
        apply(browser);
        browser.open(product.console("/new/locations"));
        browser.type("f-name", "app");
        browser.type("f-upstream", "app");
        browser.choose("f-cache", "pages");
        apply(browser);
        browser.open(product.console("/servers/default"));
        browser.tick("locations", "app");
        apply(browser);
    }

    private static String url(Product product, String path) {
        return "http://127.0.0.1:" + product.firstPort() + path;
    }

    private static String did(Product product, String path) throws Exception {
        HttpResponse<String> answer = product.get(product.firstPort(), path);
        assertThat(answer.body()).isEqualTo("origin saw " + path);
        return answer.headers().firstValue("Cache-Status").orElse("");
    }

    /// The page follows without being loaded anew.
    private static void traffic(Product product, Browser browser) throws Exception {
        browser.open(product.console("/cache"));
        browser.waitForText("live");
        assertThat(did(product, "/tea?a=1")).contains("fwd=uri-miss");
        Browser.waitFor(() -> did(product, "/tea?a=1").contains("; hit"));
        for (int i = 0; i < 7; i++) assertThat(did(product, "/tea?a=1")).contains("; hit");
        assertThat(did(product, "/coffee")).contains("fwd=uri-miss");
        Browser.waitFor(() -> did(product, "/coffee").contains("; hit"));
        browser.waitForText("Most requested URLs");
        Browser.waitFor(() ->
                browser.driver()
                        .findElement(By.cssSelector(".top-keys tbody tr a"))
                        .getText()
                        .equals(url(product, "/tea?a=1")));
        Browser.waitFor(() -> Boolean.TRUE.equals(browser.driver().executeScript(DRAWN)));
        browser.waitForText("2 not stored yet, or no more");
        assertThat(browser.text())
                .contains("Requests per second at the cache", "Where it is stored", "in use")
                .contains("Answered from the store");
    }

    private static void look(Product product, Browser browser) {
        browser.open(product.console("/cache"));
        browser.type("look-name", url(product, "/tea?a=1"));
        browser.press("Look");
        assertThat(browser.text()).contains(url(product, "/tea?a=1"), "200", "fresh for 9 min");
        assertThat(browser.text()).doesNotContain("/coffee", "Content-Length");
        browser.driver().findElement(By.tagName("summary")).click();
        browser.waitForText("Content-Length: 19");
        assertThat(browser.text()).contains("Received or validated", "blocks");
    }

    private static void purge(Product product, Browser browser) throws Exception {
        // Just what was found.
        browser.press("Purge");
        assertThat(browser.text()).contains("1 object", url(product, "/tea?a=1"));
        assertThat(did(product, "/tea?a=1")).contains("; hit");
        browser.press("Purge");
        assertThat(browser.text()).contains("1 object purged.");
        browser.type("look-name", url(product, "/tea?a=1"));
        browser.press("Look");
        assertThat(browser.text()).contains("Nothing of that is stored");
        assertThat(did(product, "/tea?a=1")).contains("fwd=uri-miss");
        // What is purged softly stays.
        browser.open(product.console("/cache"));
        browser.type("purge-name", url(product, "/coffee"));
        browser.tick("soft", "true");
        browser.press("Count first");
        assertThat(browser.text()).contains("1 object", "They stay");
        browser.press("Have them validated");
        browser.open(product.console("/cache/entries?scope=url&name=" + url(product, "/coffee")));
        assertThat(browser.text()).contains("to be validated", "It was purged softly");
    }

    /// A restored revision, and a whole configuration that comes in as a text.
    @Test
    @Timeout(120)
    void historyAndImportLoseNothing(@TempDir Path home) throws Exception {
        try (Product product = Product.start(home);
                HttpClient client = HttpClient.newHttpClient()) {
            ProductApi api = new ProductApi(product, client);
            String policy = "{\"debug-headers\":true,\"default-ttl\":\"10m\"}";
            api.expect(201, "PUT", "/cache-policies/pages", policy);
            api.expect(201, "PUT", "/upstreams/app", "{\"nodes\":[\"" + product.origin() + "\"]}");
            api.expect(201, "PUT", "/locations/app", "{\"upstream\":\"app\",\"cache\":\"pages\"}");
            String server =
                    "{\"listen\":[\"127.0.0.1:"
                            + product.firstPort()
                            + "\"],\"locations\":[\"app\"]}";
            api.expect(200, "PUT", "/servers/default", server);
            for (int i = 0; i < 20; i++) {
                String path = "/" + i;
                Browser.waitFor(() -> did(product, path).contains("; hit"));
            }
            int good =
                    new ObjectMapper()
                            .readTree(api.expect(200, "GET", "/status", ""))
                            .path("revision")
                            .asInt();
            String whole = api.expect(200, "GET", "/config?format=json", "");
            api.expect(200, "PUT", "/config", whole.replace("\"pages\"", "\"renamed\""));
            allAreHits(product);
            api.expect(200, "PUT", "/locations/app", "{\"upstream\":\"app\"}");
            assertThat(did(product, "/3")).isEmpty();
            api.expect(200, "POST", "/revisions/" + good + "/restore", "");
            allAreHits(product);
            assertThat(api.expect(200, "GET", "/cache/top?limit=3", ""))
                    .contains("\"span-seconds\":", "\"url\":\"" + url(product, "/"));
            api.expect(400, "GET", "/cache/top?limit=0", "");
            HttpRequest metrics =
                    HttpRequest.newBuilder(URI.create(product.console("/metrics"))).build();
            assertThat(client.send(metrics, HttpResponse.BodyHandlers.ofString()).body())
                    .contains("breakwater_cache_requests_total{policy=\"renamed\"");
        }
    }

    private static void allAreHits(Product product) throws Exception {
        for (int i = 0; i < 20; i++) assertThat(did(product, "/" + i)).contains("; hit");
    }
}
