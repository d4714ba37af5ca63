package io.breakwater.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Requests that are shared among upstreams, such as a canary's.
@WireTest
class SplitTest {
    private static final int PER_BATCH = 100;

    @Test
    void aCanaryGetsItsFivePercent() throws Exception {
        try (Upstreams upstreams = new Upstreams();
                TestBreakwater breakwater =
                        TestBreakwater.start(upstreams.toml(share("app", 95), share("canary", 5)));
                RawClient client = breakwater.client()) {
            int canary = 0;
            for (int batch = 0; batch < 20_000 / PER_BATCH; batch++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(PER_BATCH));
                for (int i = 0; i < PER_BATCH; i++)
                    if (client.response().text().equals("canary")) canary++;
            }
            assertThat(canary).isBetween(900, 1100);
        }
    }

    @Test
    void clientsStayWhereTheyWereSent() throws Exception {
        try (Upstreams upstreams = new Upstreams();
                TestBreakwater breakwater =
                        TestBreakwater.start(
                                upstreams.toml(
                                        share("app", 60),
                                        share("canary", 40),
                                        "split-sticky = { name = \"release\", ttl = \"1d\" }"));
                RawClient client = breakwater.client()) {
            Map<String, String> clients = new HashMap<>();
            for (int number = 0; number < 50; number++) {
                Message first = ask(client, null);
                String set = String.valueOf(first.head().field("Set-Cookie"));
                assertThat(set).endsWith("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax");
                assertThat(set).doesNotContain("app", "canary");
                clients.put(set.substring(0, set.indexOf(';')), first.text());
            }
            assertThat(clients.values()).contains("app", "canary");
            // Other weights are for new clients.
            breakwater.apply(
                    upstreams.toml(
                            share("app", 1),
                            share("canary", 99),
                            "split-sticky = { name = \"release\", ttl = \"1d\" }"));
            for (int round = 0; round < 3; round++)
                for (Map.Entry<String, String> one : clients.entrySet()) {
                    Message again = ask(client, one.getKey());
                    assertThat(again.text()).isEqualTo(one.getValue());
                    assertThat(again.head().has("Set-Cookie")).isFalse();
                }
            for (FakeOrigin origin : upstreams.origins())
                assertThat(origin.exchanges()).noneMatch(exchange -> exchange.head().has("Cookie"));
            String forged = clients.keySet().iterator().next() + "x";
            assertThat(ask(client, forged).head().has("Set-Cookie")).isTrue();
        }
    }

    @Test
    void clientsOfAnUpstreamThatIsGoneOrWithoutWeightAreSentElsewhere() throws Exception {
        String sticky = "split-sticky = \"release\"";
        try (Upstreams upstreams = new Upstreams();
                TestBreakwater breakwater =
                        TestBreakwater.start(upstreams.toml(share("canary", 1), sticky));
                RawClient client = breakwater.client()) {
            String cookie = String.valueOf(ask(client, null).head().field("Set-Cookie"));
            String pair = cookie.substring(0, cookie.indexOf(';'));
            List<String> changes =
                    List.of(
                            upstreams.toml(share("app", 1), sticky),
                            upstreams.toml(share("app", 1), share("canary", 0), sticky),
                            upstreams
                                    .toml(share("app", 1), share("canary", 1), sticky)
                                    .replace(
                                            "[upstreams.canary]",
                                            "[upstreams.canary]\nenabled=false"));
            for (String change : changes) {
                breakwater.apply(change);
                for (int round = 0; round < 3; round++) {
                    Message moved = ask(client, pair);
                    assertThat(moved.text()).isEqualTo("app");
                    assertThat(moved.head().has("Set-Cookie")).isTrue();
                }
            }
            breakwater.apply(upstreams.toml(share("app", 1), share("canary", 1), sticky));
            assertThat(ask(client, pair).text()).as("back again").isEqualTo("canary");
        }
    }

    @Test
    void withoutAnyUpstreamThatIsThereTheAnswerIs503() throws Exception {
        try (Upstreams upstreams = new Upstreams();
                TestBreakwater breakwater =
                        TestBreakwater.start(
                                upstreams
                                        .toml(share("canary", 1))
                                        .replace(
                                                "[upstreams.canary]",
                                                "[upstreams.canary]\nenabled=false"));
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(503);
        }
    }

    private static String share(String upstream, int weight) {
        return "{ upstream = \"%s\", weight = %d }".formatted(upstream, weight);
    }

    private static Message ask(RawClient client, @Nullable String cookie) throws Exception {
        if (cookie == null) client.get("/");
        else client.request("GET / HTTP/1.1", "Host: a", "Cookie: " + cookie);
        Message response = client.response();
        assertThat(response.status()).isEqualTo(200);
        return response;
    }

    /// Two upstreams that answer with their names.
    private static final class Upstreams implements AutoCloseable {
        private final FakeOrigin app = FakeOrigin.answering(FakeOrigin.ok("app"));
        private final FakeOrigin canary = FakeOrigin.answering(FakeOrigin.ok("canary"));

        Upstreams() throws Exception {}

        List<FakeOrigin> origins() {
            return List.of(app, canary);
        }

        /// @param lines shares, which are tables, and further lines of the location
        String toml(String... lines) {
            List<String> shares = new ArrayList<>();
            StringBuilder more = new StringBuilder();
            for (String line : lines)
                if (line.startsWith("{")) shares.add(line);
                else more.append(line).append('\n');
            return """
            [servers.web]
            listen = ["127.0.0.1:0"]
            locations = ["all"]
            [locations.all]
            split = [%s]
            %s
            [upstreams.app]
            nodes = ["%s"]
            [upstreams.canary]
            nodes = ["%s"]
            """
                    .formatted(String.join(", ", shares), more, app.address(), canary.address());
        }

        @Override
        public void close() throws IOException {
            app.close();
            canary.close();
        }
    }
}
