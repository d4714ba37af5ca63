package io.breakwater.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.FakeAccounts;
import io.breakwater.admin.testing.TestConsole;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sessions and their guards over real sockets.
class SessionTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final TestConsole console = TestConsole.start();

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void signsInWithAStrictCookie() {
        HttpResponse<String> answer = signIn(FakeAccounts.PASSWORD);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestConsole.header(answer, "Set-Cookie"))
                .startsWith("bw-session-" + console.port() + "=")
                .contains("HttpOnly")
                .contains("SameSite=Strict")
                .contains("Path=/");
        assertThat(get("/form", cookie(answer))).startsWith("admin ");
    }

    @Test
    void refusesAWrongPassword() {
        HttpResponse<String> answer = signIn("wrong");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(TestConsole.header(answer, "Set-Cookie")).isEmpty();
    }

    @Test
    void refusesAFormWithoutTheToken() {
        String cookie = cookie(signIn(FakeAccounts.PASSWORD));
        assertThat(post("/form", "a=b", "Cookie", cookie).statusCode()).isEqualTo(403);
        assertThat(post("/form", "_csrf=wrong", "Cookie", cookie).statusCode()).isEqualTo(403);
    }

    @Test
    void takesAFormWithTheToken() {
        HttpResponse<String> signedIn = signIn(FakeAccounts.PASSWORD);
        String cookie = cookie(signedIn);
        String token = signedIn.body();
        assertThat(post("/form", "_csrf=" + token, "Cookie", cookie).body()).isEqualTo("posted");
        assertThat(post("/form", "a=b", "Cookie", cookie, "X-CSRF-Token", token).body())
                .isEqualTo("posted");
    }

    @Test
    void refusesFormsFromOtherSites() {
        assertThat(post("/form", "a=b", "Origin", "http://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(post("/form", "a=b", "Origin", "null").statusCode()).isEqualTo(403);
        assertThat(post("/form", "a=b", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(
                        post("/sign-in", "user=admin&password=x", "Origin", "http://evil.example")
                                .statusCode())
                .isEqualTo(403);
        assertThat(console.accounts().checks()).isZero();
    }

    @Test
    void takesFormsFromItself() {
        String own = "http://127.0.0.1:" + console.port();
        assertThat(post("/form", "a=b", "Origin", own, "Sec-Fetch-Site", "same-origin").body())
                .isEqualTo("posted");
    }

    @Test
    void endsWithSignOut() {
        HttpResponse<String> signedIn = signIn(FakeAccounts.PASSWORD);
        String cookie = cookie(signedIn);
        HttpResponse<String> out = post("/sign-out", "_csrf=" + signedIn.body(), "Cookie", cookie);
        assertThat(TestConsole.header(out, "Set-Cookie")).contains("Expires=Thu, 01 Jan 1970");
        assertThat(get("/form", cookie)).isEqualTo("nobody");
    }

    @Test
    void endsWhenIdleForEightHours() {
        String cookie = cookie(signIn(FakeAccounts.PASSWORD));
        console.clock().advance(Duration.ofHours(7));
        assertThat(get("/form", cookie)).startsWith("admin");
        console.clock().advance(Duration.ofHours(8));
        assertThat(get("/form", cookie)).isEqualTo("nobody");
    }

    @Test
    void endsAfterADayOfUse() {
        String cookie = cookie(signIn(FakeAccounts.PASSWORD));
        for (int hours = 0; hours < 21; hours += 7) {
            console.clock().advance(Duration.ofHours(7));
            assertThat(get("/form", cookie)).startsWith("admin");
        }
        console.clock().advance(Duration.ofHours(3));
        assertThat(get("/form", cookie)).isEqualTo("nobody");
    }

    @Test
    void endsWhenThePasswordChanges() {
        String cookie = cookie(signIn(FakeAccounts.PASSWORD));
        console.accounts().setPassword("admin", "another one");
        assertThat(get("/form", cookie)).isEqualTo("nobody");
    }

    @Test
    void givesAnotherIdWithEachSignIn() {
        String first = cookie(signIn(FakeAccounts.PASSWORD));
        HttpResponse<String> again =
                post("/sign-in", "user=admin&password=correct+horse", "Cookie", first);
        assertThat(cookie(again)).isNotEqualTo(first);
        assertThat(get("/form", first)).isEqualTo("nobody");
    }

    @Test
    void delaysTriesAfterFailures() {
        for (int i = 0; i < 5; i++) {
            assertThat(signIn("wrong").statusCode()).isEqualTo(401);
        }
        HttpResponse<String> throttled = signIn(FakeAccounts.PASSWORD);
        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(TestConsole.header(throttled, "Retry-After")).isEqualTo("1");
        assertThat(console.accounts().checks()).isEqualTo(5);
        console.clock().advance(Duration.ofSeconds(1));
        assertThat(signIn("wrong").statusCode()).isEqualTo(401);
        assertThat(TestConsole.header(signIn("wrong"), "Retry-After")).isEqualTo("2");
        console.clock().advance(Duration.ofSeconds(2));
        assertThat(signIn(FakeAccounts.PASSWORD).statusCode()).isEqualTo(200);
        assertThat(signIn("wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void delaysAnAddressThatTriesManyNames() {
        for (int i = 0; i < 10; i++) {
            assertThat(post("/sign-in", "user=u" + i + "&password=x").statusCode()).isEqualTo(401);
        }
        assertThat(signIn(FakeAccounts.PASSWORD).statusCode()).isEqualTo(429);
    }

    @Test
    void changesThroughTheApiNeedTheToken() {
        HttpResponse<String> signedIn = signIn(FakeAccounts.PASSWORD);
        String cookie = cookie(signedIn);
        HttpResponse<String> refused = console.send("POST", "/api/v1/drain", "", "Cookie", cookie);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(TestConsole.header(refused, "Content-Type"))
                .isEqualTo("application/problem+json");
        assertThat(TestConsole.json(refused).get("status").asInt()).isEqualTo(403);
        assertThat(
                        console.send(
                                        "POST",
                                        "/api/v1/drain",
                                        "",
                                        "Cookie",
                                        cookie,
                                        "X-CSRF-Token",
                                        signedIn.body())
                                .statusCode())
                .isEqualTo(200);
        assertThat(console.send("GET", "/api/v1/status", "", "Cookie", cookie).statusCode())
                .isEqualTo(200);
    }

    @Test
    void staysSignedInAfterChangingTheOwnPassword() {
        HttpResponse<String> signedIn = signIn(FakeAccounts.PASSWORD);
        HttpResponse<String> changed =
                console.send(
                        "POST",
                        "/api/v1/password",
                        "{\"password\":\"battery staple\",\"current\":\"correct horse\"}",
                        "Cookie",
                        cookie(signedIn),
                        "X-CSRF-Token",
                        signedIn.body());
        assertThat(changed.statusCode()).isEqualTo(204);
        assertThat(get("/form", cookie(changed))).startsWith("admin");
        assertThat(get("/form", cookie(signedIn))).isEqualTo("nobody");
    }

    private HttpResponse<String> signIn(String password) {
        return post("/sign-in", "user=admin&password=" + password.replace(' ', '+'));
    }

    private HttpResponse<String> post(String path, String form, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Content-Type");
        all.add(FORM);
        return console.send("POST", path, form, all.toArray(String[]::new));
    }

    private String get(String path, String cookie) {
        return console.send("GET", path, "", "Cookie", cookie).body();
    }

    private static String cookie(HttpResponse<String> answer) {
        String field = TestConsole.header(answer, "Set-Cookie");
        return field.substring(0, field.indexOf(';'));
    }
}
