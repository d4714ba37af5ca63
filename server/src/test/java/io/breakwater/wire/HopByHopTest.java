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
import org.junit.jupiter.params.provider.EnumSource;

/// Fields that are meant for one hop only (RFC 9110 §7.6).
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class HopByHopTest {
    @ParameterizedTest
    @EnumSource
    void removesThemFromRequests(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater =
                        Setup.to(origin).engine(engine).location("websocket = false").start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET / HTTP/1.1",
                    "Host: a",
                    "Connection: keep-alive, X-Private, Upgrade",
                    "Connection: x-other",
                    "X-Private: 1",
                    "X-Other: 2",
                    "X-Public: 3",
                    "Keep-Alive: timeout=5",
                    "TE: gzip",
                    "Upgrade: foo/2",
                    "Proxy-Connection: keep-alive",
                    "Proxy-Authorization: Basic eDp5",
                    "Authorization: Basic eDp5");
            assertThat(client.response().status()).isEqualTo(200);
            Head head = origin.exchange(1).head();
            assertAbsent(
                    head,
                    "X-Private",
                    "X-Other",
                    "Keep-Alive",
                    "TE",
                    "Upgrade",
                    "Proxy-Connection",
                    "Proxy-Authorization");
            assertThat(head.field("X-Public")).isEqualTo("3");
            assertThat(head.field("Authorization")).isEqualTo("Basic eDp5");
            assertThat(String.join(",", head.all("Connection"))).doesNotContain("X-Private");
        }
    }

    @ParameterizedTest
    @EnumSource
    void removesThemFromResponses(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.answering(
                                "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Private\r\n"
                                        + "X-Private: 1\r\nX-Public: 2\r\nKeep-Alive: timeout=5\r\n"
                                        + "Proxy-Connection: keep-alive\r\nUpgrade: h2c\r\n"
                                        + "Proxy-Authenticate: Basic\r\n"
                                        + "WWW-Authenticate: Basic\r\nContent-Length: 1\r\n\r\nx");
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            Head head = client.get("/").response().head();
            assertAbsent(
                    head,
                    "X-Private",
                    "Keep-Alive",
                    "Proxy-Connection",
                    "Upgrade",
                    "Proxy-Authenticate");
            assertThat(head.field("X-Public")).isEqualTo("2");
            assertThat(head.field("WWW-Authenticate")).isEqualTo("Basic");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeOfOneSideIsNotTheOthers(BodyEngine engine) throws Exception {
        try (FakeOrigin origin =
                        FakeOrigin.start(exchange ->
                                exchange.send(
                                                "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                                        + "Content-Length: 1\r\n\r\nx")
                                        .close());
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            for (int round = 0; round < 3; round++) {
                Head head = client.get("/").response().head();
                assertThat(head.has("Connection")).isFalse();
            }
            origin.behave(FakeOrigin.answer(FakeOrigin.ok("y")));
            client.request("GET / HTTP/1.1", "Host: a", "Connection: close");
            assertThat(client.response().text()).isEqualTo("y");
            client.ending();
            try (RawClient next = breakwater.client()) {
                assertThat(next.get("/").response().text()).isEqualTo("y");
            }
            assertThat(origin.connections()).as("the node's connection was kept").isBetween(4, 5);
        }
    }

    @Test
    void connectionCannotRemoveWhatBreakwaterAdds() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).start();
                RawClient client = breakwater.client()) {
            client.request(
                    "GET / HTTP/1.1",
                    "Host: example.test",
                    "Connection: Host, X-Forwarded-For, Via, close");
            assertThat(client.response().status()).isEqualTo(200);
            Head head = origin.exchange(1).head();
            assertThat(head.field("Host")).isEqualTo("example.test");
            assertThat(head.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(head.has("Via")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void viaNamesEveryHop(BodyEngine engine) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(FakeOrigin.ok("x"));
                TestBreakwater breakwater = Setup.to(origin).engine(engine).start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", "Via: 1.0 fred");
            client.response();
            Head head = origin.exchange(1).head();
            assertThat(String.join(", ", head.all("Via"))).isEqualTo("1.0 fred, 1.1 breakwater");
            client.get("/").response();
            assertThat(origin.exchange(2).head().field("Via")).isEqualTo("1.1 breakwater");
        }
    }

    private static void assertAbsent(Head head, String... names) {
        for (String name : names) {
            assertThat(head.has(name)).as("%s in %s", name, head).isFalse();
        }
    }
}
