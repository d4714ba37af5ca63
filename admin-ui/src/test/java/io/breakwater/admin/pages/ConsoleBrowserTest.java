package io.breakwater.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.admin.testing.Browser;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.logging.LogEntry;

/// What people do in the console, in a real Chromium.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleBrowserTest {
    private static final Control.Change SOMEBODY = new Control.Change("colleague", "in between");

    @TempDir static Path profile;
    private Browser browser;
    private ConsoleKit console;

    @BeforeAll
    void startBrowser() {
        browser = new Browser(profile, true);
    }

    @AfterAll
    void stopBrowser() {
        browser.close();
    }

    @BeforeEach
    void startConsole(@TempDir Path folder) throws Exception {
        console = new ConsoleKit(folder, null, ConsoleKit.CONFIGURATION);
        browser.open(console.url("/sign-in"));
        browser.driver().manage().deleteAllCookies();
        browser.signIn(console.url("/sign-in"), "admin", console.password());
    }

    @AfterEach
    void stopConsole() {
        browser.open("about:blank");
        console.close();
    }

    @Test
    void refusesWrongPasswordWithClearWords() {
        browser.driver().manage().deleteAllCookies();
        browser.signIn(console.url("/servers"), "admin", "not-the-password");
        assertThat(browser.text()).contains("The user name or the password is wrong");
        assertThat(browser.value("user")).isEqualTo("admin");
        browser.type("password", console.password());
        browser.press("Sign in");
        assertThat(browser.text()).contains("Where clients connect");
    }

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

    private String mirrors() {
        String row = "return document.querySelector('.mirrors tbody tr').innerText";
        return String.valueOf(browser.driver().executeScript(row)).replaceAll("\\s+", " ").strip();
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

    @Test
    void tellsThatTheStoreCannotBeUsed() throws Exception {
        console.loseStore();
        browser.open(console.url("/history"));
        assertThat(browser.text())
                .contains("503")
                .contains("The store cannot be used now")
                .contains("Traffic goes on");
        browser.open(console.url("/api/v1/status"));
        assertThat(browser.driver().getPageSource())
                .contains("\"status\":503")
                .contains("the store cannot be used now");
        try (HttpClient script = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    script.send(
                            HttpRequest.newBuilder(URI.create(console.url("/api/v1/status")))
                                    .header("Authorization", basic("admin", console.password()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
        }
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

    @Test
    void makesAndRevokesTokens() {
        browser.open(console.url("/account"));
        browser.type("token-name", "ci");
        browser.press("Create token");
        assertThat(browser.text()).contains("not shown again");
        browser.press("Revoke");
        assertThat(browser.text()).contains("Revoke token ci").contains("cannot be had back");
        browser.press("Revoke token");
        assertThat(browser.text()).contains("The token is revoked").contains("There are no tokens");
    }

    @Test
    void changesFirstPassword() {
        browser.open(console.url("/"));
        assertThat(browser.text()).contains("generated password");
        browser.open(console.url("/account"));
        browser.type("current", console.password());
        browser.type("new-password", "a-better-one");
        browser.type("repeat", "a-better-one");
        browser.press("Change password");
        assertThat(browser.text()).contains("The password is changed");
        browser.open(console.url("/"));
        assertThat(browser.text())
                .doesNotContain("generated password")
                .contains("Requests per second");
    }

    @Test
    void movesChartWithNewSamples() {
        browser.open(console.url("/"));
        browser.waitForText("live");
        assertThat(
                        ((JavascriptExecutor) browser.driver())
                                .executeScript(
                                        "return"
                                            + " document.querySelectorAll('canvas:not([hidden])').length"))
                .isEqualTo(2L);
    }

    @Test
    void answersFriendlyPagesForMissingThingsAndOldForms() {
        browser.open(console.url("/servers/nobody"));
        assertThat(browser.text()).contains("There is no server nobody");
        browser.open(console.url("/locations/api"));
        browser.driver()
                .executeScript(
                        "document.querySelectorAll('[name=_csrf]').forEach(e => e.value = 'old')");
        browser.press("Review changes");
        assertThat(browser.text()).contains("This form is out of date");
    }

    @Test
    void breaksNoContentSecurityPolicy() {
        for (String path :
                List.of(
                        "/",
                        "/servers",
                        "/servers/web",
                        "/error-pages/plain",
                        "/log-formats/mine",
                        "/upstreams/app",
                        "/nodes",
                        "/cache",
                        "/cache/entries",
                        "/history",
                        "/configuration",
                        "/route",
                        "/account")) browser.open(console.url(path));
        assertThat(browser.driver().manage().logs().get("browser").getAll())
                .extracting(LogEntry::getMessage)
                .noneMatch(message -> message.contains("Content Security Policy"));
        assertThat(browser.driver().manage().getCookies()).allMatch(Cookie::isHttpOnly);
    }

    private static String basic(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private ObjectNode object(Kind kind, String name) {
        return Objects.requireNonNull(console.control().document().get(kind, name));
    }
}
