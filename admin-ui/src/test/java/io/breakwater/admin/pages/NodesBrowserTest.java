package io.breakwater.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.admin.testing.Browser;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;

/// Nodes and what becomes of their requests, seen and changed in a real Chromium.
class NodesBrowserTest extends BrowserTest {
    private static final Control.Change SOMEBODY = new Control.Change("colleague", "in between");

    @Test
    void showsWhatBecameOfCopies() {
        browser.open(console.url("/locations/app"));
        assertThat(browser.text()).doesNotContain("Copies of its requests");
        for (String name : List.of("app", "fresh")) {
            ObjectNode location = JsonText.empty();
            location.put("upstream", "app").putObject("mirror").put("upstream", "app");
            console.control().put(Kind.LOCATION, name, location, null, SOMEBODY);
        }
        browser.open(console.url("/locations/fresh"));
        assertThat(browser.text())
                .contains("Copies of its requests")
                .contains("No request has been copied yet.");
        String figures = "app 2 48,211 17 120 9 4 3 1";
        browser.open(console.url("/locations/app"));
        assertThat(mirrors()).isEqualTo(figures);
        // The figures are asked for again.
        browser.driver()
                .executeScript("document.querySelector('.mirrors td.num').textContent = 'old'");
        Browser.waitFor(() -> mirrors().equals(figures));
        browser.open(console.url("/nodes"));
        assertThat(mirrors()).isEqualTo("app " + figures);
    }

    @Test
    void takesNodesOutAndInFromTheUpstreamsPage() {
        browser.open(console.url("/upstreams/app"));
        browser.press("Drain");
        assertThat(browser.text()).contains("Applied as revision 2");
        assertThat(object(Kind.UPSTREAM, "app").get("nodes").get(0).toString())
                .isEqualTo("{\"address\":\"127.0.0.1:9001\",\"state\":\"drain\"}");
        assertThat(console.control().revisions(1).getFirst().comment())
                .isEqualTo("Node 127.0.0.1:9001 of app: drain");
    }

    @Test
    void changesTickedNodesAsOneRevision() {
        browser.open(console.url("/nodes"));
        browser.waitForText("live");
        for (String node : List.of("app/127.0.0.1:9001", "app/127.0.0.1:9002"))
            browser.tick("node", node);
        browser.choose("bulk-state", "set weight");
        browser.type("bulk-weight", "none");
        browser.press("Review");
        assertThat(browser.text()).contains("2 things do not fit");
        assertThat(browser.button("Apply").isEnabled()).isFalse();
        browser.press("Cancel");
        browser.tick("node", "app/127.0.0.1:9001");
        browser.tick("node", "app/127.0.0.1:9002");
        browser.choose("bulk-state", "set weight");
        browser.type("bulk-weight", "6");
        browser.press("Review");
        assertThat(browser.text()).contains("127.0.0.1:9001 weight=6");
        browser.type("comment", "new machines");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision 2");
        assertThat(object(Kind.UPSTREAM, "app").get("nodes").findValuesAsText("weight"))
                .containsOnly("6");
        assertThat(console.control().revisions(1).getFirst().comment()).isEqualTo("new machines");
        browser.press("Review");
        assertThat(browser.text()).contains("No node is ticked");
    }

    @Test
    void keepsTicksWhileFiguresMove() {
        browser.open(console.url("/upstreams/app"));
        browser.tick("node", "app/127.0.0.1:9001");
        JavascriptExecutor page = browser.driver();
        page.executeScript("document.querySelector('.nodes td.how').dataset.old = 'yes'");
        Browser.waitFor(() ->
                Boolean.TRUE.equals(
                        page.executeScript("return !document.querySelector('[data-old]')")));
        assertThat(
                        browser.driver()
                                .findElement(By.cssSelector("input[value='app/127.0.0.1:9001']"))
                                .isSelected())
                .isTrue();
        assertThat(browser.driver().findElement(By.cssSelector(".nodes thead")).getText())
                .contains("in flight\nmost");
        assertThat(browser.text())
                .contains("for 10 s: 5 failures in a row")
                .contains("48,211")
                .contains("870 MB");
    }

    @Test
    void tellsWhereNodesComeFromAndTakesThemOut() throws Exception {
        String fields =
                """
                nodes = ["app.test:80"]
                discovery = "dns"
                """;
        console.control()
                .put(
                        Kind.UPSTREAM,
                        "found",
                        DocumentFormat.TOML.parseFields(fields),
                        null,
                        new Control.Change("admin", ""));
        long revision = console.control().revision();
        browser.open(console.url("/upstreams/found"));
        assertThat(browser.text())
                .contains("from app.test:80")
                .contains("DNS, 1 node found 1 min ago, asked again in")
                .contains("The last look failed: NXDOMAIN: there is no app.test")
                .contains("1 in use");
        // What leaves is shown, and nothing can be wanted of it.
        assertThat(browser.text()).contains("leaving");
        assertThat(browser.driver().findElements(By.cssSelector(".nodes tbody input"))).hasSize(1);
        assertThat(browser.driver().findElements(By.cssSelector(".nodes tbody button"))).hasSize(2);
        browser.press("Drain");
        assertThat(browser.text()).contains("In force until Breakwater stops");
        assertThat(Objects.requireNonNull(console.control().nodes("found")).getFirst().state())
                .isEqualTo("drain");
        assertThat(console.control().revision()).isEqualTo(revision);
    }

    private String mirrors() {
        String row = "return document.querySelector('.mirrors tbody tr').innerText";
        return String.valueOf(browser.driver().executeScript(row)).replaceAll("\\s+", " ").strip();
    }
}
