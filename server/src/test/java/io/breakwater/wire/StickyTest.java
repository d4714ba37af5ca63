package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyEngine;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that come back to the node that answered them first.
@WireTest
class StickyTest {
    private static final String VALUE = "[A-Za-z0-9_-]{12}\\.%s\\.[A-Za-z0-9_-]{22}";

    @ParameterizedTest
    @EnumSource
    void aClientStaysAtItsNode(BodyEngine engine) throws Exception {
        try (Nodes nodes = new Nodes(3);
                TestBreakwater breakwater =
                        nodes.setup().engine(engine).upstream("sticky = \"node\"").start();
                RawClient client = breakwater.client()) {
            Set<String> met = new HashSet<>();
            for (int number = 0; number < 6; number++) {
                Message first = ask(client, null);
                String set = setCookie(first);
                assertThat(set)
                        .matches(
                                "node=" + VALUE.formatted("") + "; Path=/; HttpOnly; SameSite=Lax");
                met.add(first.text());
                for (int round = 0; round < 4; round++) {
                    Message again = ask(client, pair(set));
                    assertThat(again.text()).isEqualTo(first.text());
                    assertThat(again.head().has("Set-Cookie")).isFalse();
                }
            }
            assertThat(met).as("new clients are spread").containsExactlyInAnyOrder("0", "1", "2");
        }
    }

    @Test
    void theNodeSeesTheOtherCookiesAsTheyWere() throws Exception {
        try (Nodes nodes = new Nodes(1);
                TestBreakwater breakwater = nodes.setup().upstream("sticky = \"node\"").start();
                RawClient client = breakwater.client();
                H2Client modern = H2Client.to(breakwater.port())) {
            String cookie = pair(setCookie(ask(client, null)));
            ask(client, "a=\"1 2\";  " + cookie + "; b=3;c");
            ask(client, cookie);
            ask(client, "node=forged; b=2");
            assertThat(nodes.cookiesSeen())
                    .containsExactly(
                            List.of(), List.of("a=\"1 2\"; b=3;c"), List.of(), List.of("b=2"));
            H2Stream stream =
                    modern.send("GET", "/", "cookie: a=1", "cookie: " + cookie, "cookie: b=2");
            assertThat(stream.awaitEnd().status()).isEqualTo(200);
            assertThat(nodes.cookiesSeen().getLast()).containsExactly("a=1; b=2");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http|name = \"n\", ttl = \"90s\", path = \"/a\"|"
                        + "; Path=/a; Max-Age=90; HttpOnly; SameSite=Lax",
                "http|name = \"n\", http-only = false, same-site = \"off\"|; Path=/",
                "https|name = \"n\"|; Path=/; HttpOnly; SameSite=Lax; Secure",
                "https|name = \"n\", secure = \"off\"|; Path=/; HttpOnly; SameSite=Lax",
                "http|name = \"n\", secure = \"on\", same-site = \"none\", domain = \"a.test\"|"
                        + "; Path=/; Domain=a.test; HttpOnly; SameSite=None; Secure",
            })
    void theCookieHasItsAttributes(String scheme, String table, String attributes)
            throws Exception {
        try (Nodes nodes = new Nodes(1);
                TestBreakwater breakwater =
                        nodes.setup()
                                .server("trusted-proxies = [\"127.0.0.0/8\"]")
                                .upstream("sticky = { " + table + " }")
                                .start();
                RawClient client = breakwater.client()) {
            client.request("GET / HTTP/1.1", "Host: a", "X-Forwarded-Proto: " + scheme);
            String set = setCookie(client.response());
            assertThat(set.substring(set.indexOf(';'))).isEqualTo(attributes);
        }
    }

    @Test
    void whatIsForgedOrGarbledCountsAsNone() throws Exception {
        try (Nodes nodes = new Nodes(2);
                TestBreakwater breakwater =
                        nodes.setup()
                                .upstream("sticky = { name = \"node\", ttl = \"1h\" }")
                                .start();
                RawClient client = breakwater.client()) {
            String cookie = pair(setCookie(ask(client, null)));
            assertThat(cookie).matches("node=" + VALUE.formatted("[0-9a-z]{6}"));
            for (int at = "node=".length(); at < cookie.length(); at++) {
                char other = cookie.charAt(at) == 'x' ? 'y' : 'x';
                String forged = cookie.substring(0, at) + other + cookie.substring(at + 1);
                assertThat(ask(client, forged).head().has("Set-Cookie")).as(forged).isTrue();
                String shorter = cookie.substring(0, at);
                assertThat(ask(client, shorter).head().has("Set-Cookie")).as(shorter).isTrue();
            }
            for (String garbage :
                    List.of("x", ".", "..", "a.b.c", ".".repeat(2000), "\"\"", cookie))
                assertThat(ask(client, "node=" + garbage).head().has("Set-Cookie")).isTrue();
            assertThat(ask(client, cookie).head().has("Set-Cookie")).isFalse();
        }
    }

    @Test
    void aCookieOfOneUpstreamIsWorthNothingAtAnother() throws Exception {
        try (Nodes nodes = new Nodes(1);
                TestBreakwater breakwater =
                        nodes.setup()
                                .upstream("sticky = \"node\"")
                                .more(
                                        """
                                        [servers.second]
                                        listen = ["127.0.0.1:0"]
                                        locations = ["second"]
                                        [locations.second]
                                        upstream = "second"
                                        [upstreams.second]
                                        sticky = "node"
                                        nodes = ["%s"]
                                        """
                                                .formatted(nodes.address(0)))
                                .start();
                RawClient client = breakwater.client();
                RawClient other = RawClient.to(breakwater.port("second"))) {
            String cookie = pair(setCookie(ask(client, null)));
            assertThat(ask(other, cookie).head().has("Set-Cookie")).isTrue();
        }
    }

    @Test
    void cookiesOutliveARestartWithTheSameSecretOnly() throws Exception {
        byte[] secret = new byte[32];
        secret[7] = 1;
        try (Nodes nodes = new Nodes(3)) {
            String toml = nodes.setup().upstream("sticky = \"node\"").toml();
            String cookie;
            String node;
            try (TestBreakwater breakwater = TestBreakwater.start(toml, secret);
                    RawClient client = breakwater.client()) {
                ask(client, null);
                Message second = ask(client, null);
                cookie = pair(setCookie(second));
                node = second.text();
            }
            try (TestBreakwater breakwater = TestBreakwater.start(toml, secret);
                    RawClient client = breakwater.client()) {
                for (int round = 0; round < 4; round++) {
                    Message again = ask(client, cookie);
                    assertThat(again.text()).isEqualTo(node);
                    assertThat(again.head().has("Set-Cookie")).isFalse();
                }
            }
            try (TestBreakwater breakwater = TestBreakwater.start(toml);
                    RawClient client = breakwater.client()) {
                assertThat(ask(client, cookie).head().has("Set-Cookie")).isTrue();
            }
        }
    }

    @Test
    void anExpiredCookieCountsAsNone() throws Exception {
        try (Nodes nodes = new Nodes(2);
                TestBreakwater breakwater =
                        nodes.setup().upstream("sticky = { name = \"n\", ttl = \"1s\" }").start();
                RawClient client = breakwater.client()) {
            String cookie = pair(setCookie(ask(client, null)));
            await().atMost(RawClient.PATIENCE)
                    .until(() -> ask(client, cookie).head().has("Set-Cookie"));
        }
    }

    @Test
    void aNodeThatDrainsKeepsItsClientsAndOneThatIsDownDoesNot() throws Exception {
        try (Nodes nodes = new Nodes(2);
                TestBreakwater breakwater = nodes.setup().upstream("sticky = \"n\"").start();
                RawClient client = breakwater.client()) {
            Message first = ask(client, null);
            String cookie = pair(setCookie(first));
            int bound = Integer.parseInt(first.text());
            String other = Integer.toString(1 - bound);
            breakwater.apply(nodes.setup("drain", bound).upstream("sticky = \"n\"").toml());
            for (int round = 0; round < 4; round++) {
                Message again = ask(client, cookie);
                assertThat(again.text()).isEqualTo(first.text());
                assertThat(again.head().has("Set-Cookie")).isFalse();
                assertThat(ask(client, null).text()).as("a new client").isEqualTo(other);
            }
            breakwater.apply(nodes.setup("down", bound).upstream("sticky = \"n\"").toml());
            Message moved = ask(client, cookie);
            assertThat(moved.text()).isEqualTo(other);
            String next = pair(setCookie(moved));
            breakwater.apply(nodes.setup().upstream("sticky = \"n\"").toml());
            for (int round = 0; round < 4; round++)
                assertThat(ask(client, next).text()).isEqualTo(other);
        }
    }

    @Test
    void clientsOfARemovedNodeMove() throws Exception {
        try (Nodes nodes = new Nodes(2);
                TestBreakwater breakwater = nodes.setup().upstream("sticky = \"n\"").start();
                RawClient client = breakwater.client()) {
            Message first = ask(client, null);
            String cookie = pair(setCookie(first));
            int other = 1 - Integer.parseInt(first.text());
            breakwater.apply(Setup.to(nodes.address(other)).upstream("sticky = \"n\"").toml());
            Message moved = ask(client, cookie);
            assertThat(moved.text()).isEqualTo(Integer.toString(other));
            assertThat(ask(client, pair(setCookie(moved))).head().has("Set-Cookie")).isFalse();
        }
    }

    @Test
    void clientsOfADeadNodeMove() throws Exception {
        try (Nodes nodes = new Nodes(2);
                TestBreakwater breakwater = nodes.setup().upstream("sticky = \"n\"").start();
                RawClient client = breakwater.client()) {
            Message first = ask(client, null);
            int bound = Integer.parseInt(first.text());
            nodes.origin(bound).close();
            Message moved = ask(client, pair(setCookie(first)));
            assertThat(moved.text()).isEqualTo(Integer.toString(1 - bound));
            assertThat(ask(client, pair(setCookie(moved))).head().has("Set-Cookie")).isFalse();
        }
    }

    @Test
    void aNodeThatFailsARequestLosesItsClient() throws Exception {
        try (Nodes nodes = new Nodes(2);
                TestBreakwater breakwater =
                        nodes.setup().upstream("sticky = \"n\"\noutlier = \"off\"").start();
                RawClient client = breakwater.client()) {
            Message first = ask(client, null);
            int bound = Integer.parseInt(first.text());
            nodes.behave(bound, OriginExchange::close);
            Message moved = ask(client, pair(setCookie(first)));
            assertThat(moved.text()).isEqualTo(Integer.toString(1 - bound));
            assertThat(moved.head().has("Set-Cookie")).isTrue();
        }
    }

    @Test
    void anotherNodeAnswersOnceWhenTheOwnHasTooMuchToDo() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Nodes nodes = new Nodes(2);
                TestBreakwater breakwater = nodes.limited().upstream("sticky = \"n\"").start();
                RawClient busy = breakwater.client();
                RawClient client = breakwater.client()) {
            Message first = ask(client, null);
            String cookie = pair(setCookie(first));
            int bound = Integer.parseInt(first.text());
            nodes.behave(
                    bound,
                    exchange -> {
                        exchange.readAll();
                        release.await();
                        exchange.send(FakeOrigin.ok("late"));
                    });
            busy.request("GET / HTTP/1.1", "Host: a", "Cookie: " + cookie);
            nodes.origin(bound).exchange(2);
            Message elsewhere = ask(client, cookie);
            assertThat(elsewhere.text()).isEqualTo(Integer.toString(1 - bound));
            assertThat(elsewhere.head().has("Set-Cookie")).isFalse();
            release.countDown();
            assertThat(busy.response().text()).isEqualTo("late");
            await().atMost(RawClient.PATIENCE)
                    .until(() -> ask(client, cookie).text().equals("late"));
        }
    }

    private static Message ask(RawClient client, @Nullable String cookie) throws Exception {
        if (cookie == null) client.get("/");
        else client.request("GET / HTTP/1.1", "Host: a", "Cookie: " + cookie);
        Message response = client.response();
        assertThat(response.status()).isEqualTo(200);
        return response;
    }

    private static String setCookie(Message response) {
        String value = response.head().field("Set-Cookie");
        assertThat(value).as("Set-Cookie").isNotNull();
        return String.valueOf(value);
    }

    /// What a client sends back.
    private static String pair(String setCookie) {
        return setCookie.substring(0, setCookie.indexOf(';'));
    }

    /// Nodes that answer with their number.
    private static final class Nodes implements AutoCloseable {
        private final FakeOrigin[] origins;

        Nodes(int count) throws Exception {
            origins = new FakeOrigin[count];
            for (int i = 0; i < count; i++)
                origins[i] = FakeOrigin.answering(FakeOrigin.ok(Integer.toString(i)));
        }

        FakeOrigin origin(int number) {
            return origins[number];
        }

        String address(int number) {
            return origins[number].address();
        }

        void behave(int number, FakeOrigin.Behaviour behaviour) {
            origins[number].behave(behaviour);
        }

        Setup setup() {
            return setup("active", 0);
        }

        Setup setup(String state, int number) {
            StringBuilder list = new StringBuilder();
            for (int i = 0; i < origins.length; i++)
                list.append(
                        "{ address = \"%s\", state = \"%s\" }, "
                                .formatted(address(i), i == number ? state : "active"));
            return Setup.ofNodes("[" + list + "]");
        }

        Setup limited() {
            return Setup.ofNodes(
                    "[{ address = \"%s\", max-connections = 1 }, { address = \"%s\", max-connections = 1 }]"
                            .formatted(address(0), address(1)));
        }

        List<List<String>> cookiesSeen() {
            return Arrays.stream(origins)
                    .flatMap(origin -> origin.exchanges().stream())
                    .map(exchange -> exchange.head().all("Cookie"))
                    .toList();
        }

        @Override
        public void close() throws IOException {
            for (FakeOrigin origin : origins) origin.close();
        }
    }
}
