package io.breakwater.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.Browser;
import io.breakwater.admin.testing.Product;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/// The whole product in a process of its own, changed in a real Chromium while it moves requests.
class ProductBrowserTest {
    private static final String TRAFFIC = "[data-chart=traffic] canvas";

    @Test
    @Timeout(120)
    void changesWhatIsServedFromTheBrowser(@TempDir Path home, @TempDir Path profile)
            throws Exception {
        try (Product product = Product.start(home);
                Browser browser = new Browser(profile, true)) {
            browser.signIn(product.console("/sign-in"), "admin", Product.PASSWORD);
            createShop(product, browser);
            assertThat(product.get(product.secondPort(), "/shop/tea").body())
                    .isEqualTo("origin saw /shop/tea");
            seeTheChartMove(product, browser);
            editErrorPage(product, browser);
            restoreFirstRevision(product, browser);
        }
    }

    private static void createShop(Product product, Browser browser) throws Exception {
        browser.open(product.console("/new/upstreams"));
        browser.type("f-name", "shop");
        browser.type("f-nodes", product.origin());
        apply(browser, 2);

        browser.open(product.console("/new/locations"));
        browser.type("f-name", "shop");
        browser.type("f-path", "/shop/");
        browser.type("f-upstream", "shop");
        apply(browser, 3);

        browser.open(product.console("/new/servers"));
        browser.type("f-name", "shop");
        browser.type("f-listen", "127.0.0.1:" + product.secondPort());
        browser.choose("f-error-page", "friendly");
        browser.tick("locations", "shop");
        apply(browser, 4);
        browser.open(product.console("/"));
        assertThat(browser.text()).contains("127.0.0.1:" + product.secondPort());
        assertThat(product.isListening(product.secondPort())).isTrue();
    }

    private static void seeTheChartMove(Product product, Browser browser) {
        ChromeDriver driver = browser.driver();
        browser.open(product.console("/"));
        browser.waitForText("live");
        Browser.waitFor(() -> number(driver, "s2") == 0);
        Object quiet = picture(driver);
        Browser.waitFor(() -> {
            for (int i = 0; i < 20; i++) product.get(product.secondPort(), "/shop/" + i);
            return number(driver, "s2") > 1 && !picture(driver).equals(quiet);
        });
    }

    private static void editErrorPage(Product product, Browser browser) throws Exception {
        HttpResponse<String> before = product.get(product.secondPort(), "/nowhere");
        assertThat(before.statusCode()).isEqualTo(404);
        assertThat(before.body()).isEqualTo("<h1>404 plainly</h1>");

        browser.open(product.console("/error-pages/friendly"));
        browser.type("f-html", "<h1>Sorry, {{status}} at {{path}}</h1>");
        browser.waitForTextInFrame("page-frame", "Sorry, 404");
        apply(browser, 5);
        assertThat(product.get(product.secondPort(), "/nowhere").body())
                .isEqualTo("<h1>Sorry, 404 at /nowhere</h1>");
    }

    private static void restoreFirstRevision(Product product, Browser browser) throws Exception {
        browser.open(product.console("/history/1/restore"));
        assertThat(browser.text()).contains("server shop").contains("error page friendly");
        browser.press("Restore");
        assertThat(browser.text()).contains("Applied as revision 6");
        assertThat(product.isListening(product.secondPort())).isFalse();
        assertThat(product.isListening(product.firstPort())).isTrue();
        assertThat(product.get(product.firstPort(), "/nowhere").body())
                .isEqualTo("<h1>404 plainly</h1>");
    }

    private static void apply(Browser browser, int revision) {
        browser.press("Review changes");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision " + revision);
    }

    /// A figure of the overview.
    private static double number(ChromeDriver driver, String name) {
        Object text =
                driver.executeScript(
                        "return document.querySelector('[data-live=" + name + "]').textContent");
        return Double.parseDouble(String.valueOf(text).replace(",", ""));
    }

    /// What the chart shows, as the bytes of a picture.
    private static Object picture(ChromeDriver driver) {
        return String.valueOf(
                driver.executeScript(
                        "return document.querySelector('" + TRAFFIC + "').toDataURL()"));
    }
}
