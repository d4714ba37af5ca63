package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Routing as a client sees it: local answers, rewriting and operations on fields.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class RoutingTest {
    private static final String LOCAL =
            """
            [servers.web]
            listen = ["127.0.0.1:0"]
            locations = ["teapot", "moved", "exact", "site"]
            access-log = { format = "outcome", file = "access.log" }
            [locations.teapot]
            path = "/tea"
            respond = { status = 418, body = "for $host", headers = { X-Pot = "$path" } }
            [locations.moved]
            path = "/old/"
            redirect = { to = "https://$host$uri", status = 308 }
            [locations.exact]
            path = "=/tea/cup"
            respond = { status = 200, body = "cup" }
            [locations.site]
            host = ["*.site.test"]
            respond = { status = 200, body = "site" }
            [log-formats.outcome]
            format = "{status} {reason} {location}"
            """;

    @Test
    void answersLocally() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(LOCAL);
                RawClient client = breakwater.client()) {
            Message teapot = client.get("/tea?x").response();
            assertThat(teapot.status()).isEqualTo(418);
            assertThat(teapot.text()).isEqualTo("for example.test");
            assertThat(teapot.head().field("X-Pot")).isEqualTo("/tea");
            assertThat(client.get("/tea/cup").response().text()).isEqualTo("cup");
            client.request("GET / HTTP/1.1", "Host: A.Site.Test:80");
            assertThat(client.response().text()).isEqualTo("site");
            client.request("HEAD /tea HTTP/1.1", "Host: example.test");
            Head head = client.response("HEAD").head();
            assertThat(head.status()).isEqualTo(418);
            assertThat(head.field("Content-Length")).isEqualTo("16");
            assertThat(breakwater.stopAndLog())
                    .containsExactly("418 - teapot", "200 - exact", "200 - site", "418 - teapot");
        }
    }

    @Test
    void redirects() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(LOCAL);
                RawClient client = breakwater.client()) {
            Message moved = client.get("/old/a%20b?c=d").response();
            assertThat(moved.status()).isEqualTo(308);
            assertThat(moved.head().field("Location"))
                    .isEqualTo("https://example.test/old/a%20b?c=d");
        }
    }

    @Test
    void aTargetCannotAddFieldsToARedirection() throws Exception {
        try (TestBreakwater breakwater =
                        TestBreakwater.start(LOCAL.replace("$host$uri", "$host$path"));
                RawClient client = breakwater.client()) {
            Message moved = client.get("/old/a%0d%0aX-Evil:%201").response();
            assertThat(moved.status()).isIn(308, 400, 500);
            assertThat(moved.head().has("X-Evil")).isFalse();
        }
    }

    @Test
    void localAnswersReadTheBodyOfTheRequest() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(LOCAL);
                RawClient client = breakwater.client()) {
            client.request("POST /tea HTTP/1.1", "Host: a", "Content-Length: 5").send("hello");
            assertThat(client.response().status()).isEqualTo(418);
            client.request("POST /tea HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            client.chunk("hello").send("0\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(418);
            assertThat(client.get("/tea").response().status()).isEqualTo(418);
        }
    }

    @Test
    void notFoundComesInTheFormThatTheClientAccepts() throws Exception {
        try (TestBreakwater breakwater = TestBreakwater.start(LOCAL);
                RawClient client = breakwater.client()) {
            client.request("GET /none HTTP/1.1", "Host: a", "Accept: text/html,*/*;q=0.1");
            Message html = client.response();
            assertThat(html.status()).isEqualTo(404);
            assertThat(html.head().field("Content-Type")).startsWith("text/html");
            assertThat(html.text()).contains("404");
            client.request("GET /none HTTP/1.1", "Host: a", "Accept: application/json");
            Message json = client.response();
            assertThat(json.head().field("Content-Type")).startsWith("application/problem+json");
            assertThat(json.text()).startsWith("{");
            client.request("GET /<script> HTTP/1.1", "Host: a", "Accept: text/html");
            assertThat(client.response().text()).doesNotContain("<script>");
            breakwater.log(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rewritesAndChangesFields(BodyEngine engine) throws Exception {
        String location =
                """
                path = "~^/v1/(?<thing>[a-z]+)/"
                rewrite = ["^/v1/(.*)$ /new/$1?from=v1"]
                request-headers = { set = { X-Thing = "$thing of $host" }, remove = ["X-Debug"] }
                response-headers = { set = { X-Served = "$method" }, remove = ["Server"], \
                add = { X-More = "2" }, default = { X-Kept = "ours", X-New = "ours" } }
                """;
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\nServer: secret/1\r\nX-More: 1\r\n"
                                        + "X-Kept: theirs\r\nContent-Length: 0\r\n\r\n");
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).location(location).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET /v1/cat/1?q=2 HTTP/1.1", "Host: example.test", "X-Debug: 1", "X-Thing: 0");
            Head response = client.response().head();
            Head request = origin.exchange(1).head();
            assertThat(request.target()).isEqualTo("/new/cat/1?from=v1&q=2");
            assertThat(request.field("X-Thing")).isEqualTo("cat of example.test");
            assertThat(request.has("X-Debug")).isFalse();
            assertThat(response.field("X-Served")).isEqualTo("GET");
            assertThat(response.has("Server")).isFalse();
            assertThat(response.all("X-More")).containsExactly("1", "2");
            assertThat(response.field("X-Kept")).isEqualTo("theirs");
            assertThat(response.field("X-New")).isEqualTo("ours");
        }
    }

    @Test
    void serverFieldIsTheOriginsUnlessAskedFor() throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\nServer: theirs\r\n"
                                        + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                        + "Content-Length: 0\r\n\r\n");
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            Head head = client.get("/").response().head();
            assertThat(head.field("Server")).isEqualTo("theirs");
            assertThat(head.field("Date")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        }
    }
}
