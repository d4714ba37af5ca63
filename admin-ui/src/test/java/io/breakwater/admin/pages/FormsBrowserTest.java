package io.breakwater.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/// How people change the configuration, in a real Chromium.
class FormsBrowserTest extends BrowserTest {
    private static final Control.Change SOMEBODY = new Control.Change("colleague", "in between");

    @Test
    void createsUpstreamLocationAndServer() {
        browser.open(console.url("/new/upstreams"));
        browser.type("f-name", "shop");
        browser.type("f-nodes", "127.0.0.1:9101\n127.0.0.1:9102 weight=3 backup");
        browser.press("Review changes");
        assertThat(browser.text()).contains("upstream shop").contains("127.0.0.1:9101");
        browser.type("comment", "the shop's nodes");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision 2");

        browser.open(console.url("/new/locations"));
        browser.type("f-name", "shop");
        browser.type("f-path", "/shop");
        browser.type("f-upstream", "shop");
        browser.press("Review changes");
        browser.press("Use /shop/");
        assertThat(browser.text()).contains("/shop/");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision 3").contains("in no server");

        browser.open(console.url("/new/servers"));
        browser.type("f-name", "shop");
        browser.type("f-listen", "127.0.0.1:8090");
        browser.tick("locations", "shop");
        browser.press("Review changes");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision 4");
        assertThat(object(Kind.UPSTREAM, "shop").toString())
                .isEqualTo(
                        "{\"nodes\":[\"127.0.0.1:9101\",{\"address\":\"127.0.0.1:9102\",\"weight\":3,"
                            + "\"backup\":true}]}");
        assertThat(object(Kind.LOCATION, "shop").toString())
                .isEqualTo("{\"path\":\"/shop/\",\"upstream\":\"shop\"}");
        assertThat(object(Kind.SERVER, "shop").toString())
                .isEqualTo("{\"listen\":[\"127.0.0.1:8090\"],\"locations\":[\"shop\"]}");
        assertThat(console.control().revisions(10).get(2).comment()).isEqualTo("the shop's nodes");
    }

    @Test
    void splitsMirrorsAndBindsClients() {
        for (String name : List.of("canary", "shadow")) {
            ObjectNode upstream = JsonText.empty();
            upstream.putArray("nodes").add("127.0.0.1:9201");
            console.control().put(Kind.UPSTREAM, name, upstream, null, SOMEBODY);
        }
        browser.open(console.url("/locations/app"));
        browser.type("f-upstream", "");
        browser.choose("f-cache", "none"); // which a split cannot have
        browser.type("f-split", "app weight=95\ncanary weight=5");
        browser.type("f-split-sticky-name", "release");
        browser.type("f-split-sticky-ttl", "7d");
        browser.choose("f-split-sticky-http-only", "false");
        browser.choose("f-mirror-upstream", "shadow");
        browser.type("f-mirror-percent", "2.5");
        browser.press("Review changes");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision");
        assertThat(object(Kind.LOCATION, "app").toString())
                .isEqualTo(
                        "{\"split\":[{\"upstream\":\"app\",\"weight\":95},"
                            + "{\"upstream\":\"canary\",\"weight\":5}],\"split-sticky\":{\"name\":"
                            + "\"release\",\"ttl\":\"7d\",\"http-only\":false},"
                            + "\"mirror\":{\"upstream\":\"shadow\",\"percent\":2.5}}");
        browser.open(console.url("/upstreams/app"));
        browser.type("f-sticky-name", "node");
        browser.press("Review changes");
        browser.press("Apply");
        assertThat(object(Kind.UPSTREAM, "app").get("sticky").asText()).isEqualTo("node");
        for (String page : List.of("/locations/app", "/upstreams/app")) {
            browser.open(console.url(page));
            browser.press("Review changes");
            assertThat(browser.text()).contains("No difference");
        }
        for (String name : List.of("canary", "shadow")) {
            browser.open(console.url("/upstreams/" + name));
            assertThat(browser.text()).contains("location app");
        }
        browser.open(console.url("/locations"));
        assertThat(browser.text()).contains("canary").doesNotContain("nobody", "shadow");
    }

    @Test
    void showsFaultBesideItsFieldAndKeepsWhatWasTyped() {
        browser.open(console.url("/servers/web"));
        browser.type("f-idle-timeout", "soon");
        browser.type("f-max-connections", "many");
        browser.press("Review changes");
        assertThat(browser.text()).contains("2 things do not fit");
        for (String key : List.of("idle-timeout", "max-connections"))
            assertThat(
                            browser.driver()
                                    .findElement(By.cssSelector("#f-" + key + "-field .error"))
                                    .getText())
                    .contains("expected");
        assertThat(browser.value("f-idle-timeout")).isEqualTo("soon");
        assertThat(console.control().revision()).isEqualTo(1);
    }

    @Test
    void savingAnUntouchedFormChangesNothing() {
        for (Kind kind : Kind.values())
            for (String name : console.control().document().of(kind).keySet()) {
                browser.open(console.url("/" + kind.key() + "/" + name));
                browser.press("Review changes");
                assertThat(browser.text()).as("%s", name).contains("No difference");
            }
    }

    @Test
    void offersBothVersionsOnConflict() {
        browser.open(console.url("/locations/api"));
        browser.type("f-path", "/v2/");
        ObjectNode theirs = object(Kind.LOCATION, "api").deepCopy();
        theirs.put("note", "changed by somebody else");
        console.control().put(Kind.LOCATION, "api", theirs, null, SOMEBODY);
        browser.press("Review changes");
        assertThat(browser.text())
                .contains("Somebody else was faster")
                .contains("/v2/")
                .contains("changed by somebody else");
        browser.press("Review the result");
        browser.press("Apply");
        ObjectNode now = object(Kind.LOCATION, "api");
        assertThat(now.get("path").asText()).isEqualTo("/v2/");
        assertThat(now.get("note").asText()).isEqualTo("changed by somebody else");
    }

    @Test
    void previewsErrorPageWhileItIsTyped() {
        browser.open(console.url("/error-pages/plain"));
        browser.type(
                "f-html",
                "<h1>Sorry, {{status}}</h1><script>document.body.textContent='x'</script>");
        browser.waitForTextInFrame("page-frame", "Sorry, 404");
        browser.press("Review changes");
        browser.press("Apply");
        assertThat(object(Kind.ERROR_PAGE, "plain").get("html").asText()).startsWith("<h1>Sorry");
    }

    @Test
    void showsTheFaultOfAnErrorPageInItsPreview() {
        browser.open(console.url("/error-pages/plain"));
        browser.type("f-html", "<h1>{{nonsense}}</h1>");
        browser.waitForTextInFrame("page-frame", "cannot be used yet");
        browser.waitForTextInFrame("page-frame", "nonsense");
    }

    @Test
    void previewsLogLineWhileItIsTyped() {
        browser.open(console.url("/log-formats/mine"));
        browser.type("f-format", "seen {method} {status}");
        browser.waitForText("seen GET 200");
    }

    @Test
    void restoresFirstRevision() {
        console.control().delete(Kind.LOCATION, "closed", null, SOMEBODY);
        browser.open(console.url("/history/1/restore"));
        assertThat(browser.text()).contains("location closed");
        browser.press("Restore");
        assertThat(browser.text()).contains("Applied as revision 3").contains("Restore revision 1");
        assertThat(object(Kind.LOCATION, "closed").get("path").asText()).isEqualTo("=/admin");
    }

    @Test
    void refusesToDeleteWhatIsUsed() {
        browser.open(console.url("/delete/upstreams/app"));
        assertThat(browser.text()).contains("cannot be deleted").contains("location api");
        assertThat(browser.button("Delete").isEnabled()).isFalse();
    }

    @Test
    void replacesConfigurationAsText() {
        browser.open(console.url("/configuration/edit"));
        String text = browser.value("text");
        assertThat(text).contains("[upstreams.app]");
        browser.type("text", text.replace("64mb", "32mb"));
        browser.press("Check and review");
        assertThat(browser.text()).contains("64mb").contains("32mb");
        browser.press("Apply");
        assertThat(browser.text()).contains("Applied as revision 2");
    }
}
