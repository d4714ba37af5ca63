package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of methods, targets and fields on their way to the origin.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class TargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/p?",
                "/p?a=b|c",
                "/p?a=%zz",
                "/p?a={b}&c=\"d\"&e=[f]",
                "/p?a=b?c/d",
                "/p?&&=&",
                "/caf%C3%A9?n=%C3%A9",
                "/a%20b",
                "/a+b",
                "/a:b@c!$&'()*,=~",
                "/a%3Fb",
                "/a%23b",
            })
    void passesTargetsUnchanged(String target) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get(target).response().status()).isEqualTo(200);
            assertThat(origin.exchange(1).head().target()).isEqualTo(target);
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesOddQueriesThroughBothEngines(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.get("/p?a=b|c&d=%zz&e=^").response();
            assertThat(origin.exchange(1).head().target()).isEqualTo("/p?a=b|c&d=%zz&e=^");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/a/../b, /b",
        "/a/./b, /a/b",
        "/a/%2e%2e/b, /b",
        "/a/%2E./b, /b",
        "/../../b, /b",
        "/a//b, /a/b",
        "//a, /a",
    })
    void normalisesPathsBeforeRouting(String sent, String means) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            int status = client.get(sent).response().status();
            // a path above the root may be refused instead of being cut at the root
            if (sent.startsWith("/..")) {
                assertThat(status).isIn(200, 400);
            } else {
                assertThat(status).isEqualTo(200);
            }
            if (status == 200) {
                assertThat(origin.exchange(1).head().target()).isEqualTo(means);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/public/../secret",
                "/public/%2e%2e/secret",
                "/public/..;/secret",
                "/public/..;x=1/secret",
                "//secret",
                "/./secret",
                "/%73ecret",
                "/secret;x",
                "/public/%2e%2e%2fsecret",
                "/public/..%2fsecret",
            })
    void noSpellingReachesAClosedPath(String target) throws Exception {
        String closed =
                """
                [locations.closed]
                path = "/secret"
                respond = { status = 403, body = "closed" }
                """;
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("open"));
                TestBreakwater breakwater =
                        TestBreakwater.start(
                                Setup.to(origin)
                                        .more(closed)
                                        .toml()
                                        .replace("[\"all\"]", "[\"all\", \"closed\"]"));
                RawClient client = breakwater.client()) {
            int status = client.get(target).response().status();
            if (status == 200) {
                // what the origin gets must not mean the closed path to any reader
                assertThat(origin.exchange(1).head().target()).isNotEqualTo("/secret");
                assertThat(target).contains("%2f");
            } else {
                assertThat(status).isIn(400, 403);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PURGE", "PROPFIND", "get", "X-Odd", "M-SEARCH", "DELETE"})
    void passesMethodsAsSent(String method) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request(method + " / HTTP/1.1", "Host: a");
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(origin.exchange(1).head().method()).isEqualTo(method);
        }
    }

    @Test
    void absoluteFormWinsOverTheHostField() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request("GET http://same.test/x?y HTTP/1.1", "Host: same.test");
            assertThat(client.response().status()).isEqualTo(200);
            Head head = origin.exchange(1).head();
            assertThat(head.target()).isEqualTo("/x?y");
            assertThat(head.field("Host")).isEqualTo("same.test");
            // RFC 9112 §3.2.2: the field is ignored; refusing the contradiction is safer still
            client.request("GET http://other.test/x HTTP/1.1", "Host: same.test");
            int status = client.response().status();
            assertThat(status).isIn(200, 400);
            if (status == 200) {
                assertThat(origin.exchange(2).head().field("Host")).isEqualTo("other.test");
            }
        }
    }

    @Test
    void passesOptionsAsterisk() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request("OPTIONS * HTTP/1.1", "Host: a");
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(origin.exchange(1).head().startLine()).isEqualTo("OPTIONS * HTTP/1.1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsFieldLinesOfResponsesApart(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\n"
                                    + "Set-Cookie: a=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT\r\n"
                                    + "Set-Cookie: b=2\r\n"
                                    + "Link: </a>; rel=preload\r\n"
                                    + "Link: </b>; rel=preload\r\n"
                                    + "X-Latin: caf\u00e9\r\n"
                                    + "X-Empty:\r\n"
                                    + "Content-Length: 0\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            Head head = client.get("/").response().head();
            assertThat(head.all("Set-Cookie"))
                    .containsExactly("a=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT", "b=2");
            assertThat(head.all("Link")).containsExactly("</a>; rel=preload", "</b>; rel=preload");
            assertThat(head.field("X-Latin")).isEqualTo("caf\u00e9");
            assertThat(head.field("X-Empty")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsFieldLinesOfRequestsApart(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET / HTTP/1.1",
                    "Host: a",
                    "X-Many: 1",
                    "X-Many: 2",
                    "Cookie: a=1; b=2",
                    "Accept-Language: de",
                    "X-Latin: caf\u00e9",
                    "X-Empty:");
            client.response();
            Head head = origin.exchange(1).head();
            assertThat(String.join(", ", head.all("X-Many"))).isEqualTo("1, 2");
            assertThat(head.field("Cookie")).isEqualTo("a=1; b=2");
            assertThat(head.field("Accept-Language")).isEqualTo("de");
            assertThat(head.field("X-Latin")).isEqualTo("caf\u00e9");
            assertThat(head.field("X-Empty")).isEmpty();
            assertThat(head.has("Accept-Encoding"))
                    .as("made up for body filters only")
                    .isEqualTo(engine == BodyEngine.SERVLET);
            assertThat(head.has("User-Agent")).as("nothing is made up").isFalse();
        }
    }
}
