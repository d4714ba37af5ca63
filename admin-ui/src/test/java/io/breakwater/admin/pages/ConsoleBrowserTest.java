package io.breakwater.admin.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.logging.LogEntry;

/// Signing in, the account and the frame of all pages, in a real Chromium.
class ConsoleBrowserTest extends BrowserTest {
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
}
