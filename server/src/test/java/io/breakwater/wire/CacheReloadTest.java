package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.answer;
import static io.breakwater.wire.CacheKit.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.CachePurge;
import io.breakwater.testing.BodyReader;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Every kind of change of the configuration with a full cache: nothing that is stored is lost,
/// requests go on meanwhile, and so does a response that is on its way.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class CacheReloadTest {
    private static final String HOUR = "Cache-Control: max-age=3600";
    private static final int PAGES = 20;

    private static final String BASE =
            """
            [servers.web]
            listen = ["127.0.0.1:0"]
            locations = ["tenant", "pages", "pictures", "slow"]
            access-log = { format = "outcome", file = "access.log" }
            # server

            [locations.pages]
            host = ["shop.test", "blog.test"]
            # location
            upstream = "app"
            cache = "pages"

            [locations.tenant]
            host = ["shop.test"]
            match-headers = ["X-Tenant:one"]
            match-cookies = ["beta"]
            upstream = "app"
            cache = "pages"

            [locations.pictures]
            host = ["img.test"]
            path = "/pictures/"
            rewrite = ["^/pictures/(.*)$ /$1"]
            upstream = "app"
            cache = "pictures"

            [locations.slow]
            host = ["slow.test"]
            upstream = "app"
            cache = "pictures"

            [upstreams.app]
            nodes = ["ORIGIN"]
            retry = "off"
            outlier = "off"
            # upstream

            [cache-policies.pages]
            # policy

            [cache-policies.pictures]
            key = { query = "exclude", query-names = ["utm"], sort = true }
            # policy

            [error-pages.plain]
            html = "<h1>{{status}}</h1>"

            [log-formats.outcome]
            format = "{status} {reason}"
            """;

    /// A change of the text: each odd one is replaced by the next.
    ///
    /// @param hits whether what is stored answers while it is in force, too
    private record Change(boolean hits, List<String> edits) {
        static Change of(String... edits) {
            return new Change(true, List.of(edits));
        }

        /// Until it is taken back, something does not reach the cache.
        static Change away(String... edits) {
            return new Change(false, List.of(edits));
        }

        /// A line in both policies.
        static Change policies(String line) {
            return of("# policy", line);
        }

        static Change location(String line) {
            return of("# location", line);
        }

        String apply(String toml) {
            String changed = toml;
            for (int i = 0; i < edits.size(); i += 2) {
                assertThat(changed).contains(edits.get(i));
                changed = changed.replace(edits.get(i), edits.get(i + 1));
            }
            return changed;
        }
    }

    private static final List<Change> CHANGES =
            List.of(
                    // servers
                    Change.of(
                            "[servers.web]",
                            """
                            [servers.second]
                            listen = ["127.0.0.1:0"]
                            locations = ["pages"]
                            [servers.web]
                            """),
                    Change.of("# server", "header-timeout = \"7s\""),
                    Change.of("# server", "max-header-size = \"9kb\""),
                    Change.of("# server", "trusted-proxies = [\"10.0.0.0/8\"]"),
                    Change.of("# server", "error-page = \"plain\""),
                    Change.of("\"tenant\", \"pages\"", "\"pages\", \"tenant\""),
                    Change.away("\"tenant\", \"pages\"", "\"pages\""),
                    // locations
                    Change.of("\"tenant\"", "\"t2\"", ".tenant]", ".t2]"),
                    Change.of(
                            "\"pages\", \"pic",
                            "\"p2\", \"pic",
                            "[locations.pages]",
                            "[locations.p2]"),
                    Change.away("path = \"/pictures/\"", "path = \"/photos/\""),
                    Change.away("[\"shop.test\", \"blog.test\"]", "[\"shop.test\"]"),
                    Change.away("X-Tenant:one", "X-Tenant:two"),
                    Change.of("/pictures/(.*)", "/pictures/(.+)"),
                    Change.location("note = \"x\"\ntimeout = \"1m\""),
                    Change.away("# location", "weight = 70000"),
                    Change.location("forwarded = \"both\""),
                    Change.location("request-headers = { set = { X-Site = \"1\" } }"),
                    Change.location("response-headers = { set = { X-Site = \"1\" } }"),
                    Change.location("max-concurrent = 3\nretry = { attempts = 1 }"),
                    Change.away("# location", "enabled = false"),
                    // upstreams
                    Change.of("[\"ORIGIN\"]", "[\"127.0.0.1:1\"]"),
                    Change.of("[\"ORIGIN\"]", "[\"ORIGIN\", \"127.0.0.1:1\"]"),
                    Change.of("# upstream", "balance = \"least-requests\""),
                    Change.of("\"app\"", "\"app2\"", ".app]", ".app2]"),
                    // cache policies: all keys but those that make the key
                    Change.policies("max-object-size = \"1kb\""),
                    Change.policies("min-uses = 9"),
                    Change.policies("methods = [\"GET\", \"HEAD\", \"POST\"]"),
                    Change.policies("set-cookie = \"strip\""),
                    Change.policies("ignore-vary = [\"User-Agent\"]"),
                    Change.policies("origin-directives = \"ignore\"\ndefault-ttl = \"1m\""),
                    Change.policies("request-directives = \"ignore\""),
                    Change.policies("ttl = { \"200\" = \"1s\" }"),
                    Change.policies("default-ttl = \"1s\""),
                    Change.policies("max-ttl = \"1h\""),
                    Change.policies("stale-on-error = \"0s\"\nstale-while-updating = \"0s\""),
                    Change.policies("background-refresh = false"),
                    Change.policies("bypass = [\"query:nothing\"]"),
                    Change.away("# policy", "bypass = [\"path:/\"]"),
                    Change.policies("no-store = [\"path:/\"]"),
                    Change.policies("collapse = false\nlock-timeout = \"1s\""),
                    Change.policies("keep-filling = \"0\""),
                    Change.policies("tag-headers = [\"X-Tags\"]"),
                    Change.policies("purge-from = [\"127.0.0.1\"]"),
                    Change.policies("debug-headers = true"),
                    Change.policies("note = \"x\""),
                    Change.of(
                            "cache = \"pages\"",
                            "cache = \"p2\"",
                            "policies.pages]",
                            "policies.p2]"),
                    Change.away("# policy", "enabled = false"),
                    Change.away("cache = \"pages\"", "", "cache = \"pictures\"", ""),
                    Change.away(
                            "[cache-policies.pages]",
                            "[cache-policies.pages]\nkey = { query = \"none\", host = false }"),
                    // the rest
                    Change.of("<h1>", "<h2>"),
                    Change.of("{status} {reason}", "{status} {cache}"));

    /// A request, and what answers it.
    private record Asked(String host, String target, String body, String... fields) {}

    private static List<Asked> everything() {
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < PAGES; i++) {
            String path = "/page/" + i + "?q=" + i;
            for (String host : List.of("shop.test", "blog.test"))
                all.add(new Asked(host, path, path + " at " + host));
            all.add(
                    new Asked(
                            "shop.test",
                            path,
                            path + " at shop.test of one",
                            "X-Tenant: one",
                            "Cookie: beta=1"));
            // Sorted, and without what the key leaves out.
            all.add(
                    new Asked(
                            "img.test",
                            "/pictures/" + i + "?b=2&utm=" + i + "&a=1",
                            "/" + i + "?b=2&utm=" + i + "&a=1 at img.test"));
        }
        for (String language : List.of("de", "en", "fr"))
            all.add(
                    new Asked(
                            "shop.test",
                            "/vary",
                            "/vary at shop.test in " + language,
                            "Accept-Language: " + language));
        all.add(new Asked("blog.test", "/page/3?q=3", "page/3", "Range: bytes=1-6"));
        return all;
    }

    /// Answers with what was asked for; the slow one in two parts, of which the second waits.
    private static FakeOrigin.Behaviour origin(CountDownLatch go) {
        return exchange -> {
            exchange.readAll();
            String host = exchange.head().field("Host");
            String target = exchange.head().target();
            if (target.equals("/slow")) {
                exchange.send(head(6, HOUR) + "old");
                go.await();
                exchange.send("new");
                return;
            }
            String body = target + " at " + host;
            String vary = "X-Nothing: 1";
            if (exchange.head().has("X-Tenant")) body += " of one";
            if (target.equals("/vary")) {
                body += " in " + exchange.head().field("Accept-Language");
                vary = "Vary: Accept-Language";
            }
            exchange.send(answer(body, HOUR, "Surrogate-Key: all " + host, vary));
        };
    }

    private static String get(RawClient client, Asked asked) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("GET " + asked.target + " HTTP/1.1");
        lines.add("Host: " + asked.host);
        lines.addAll(List.of(asked.fields));
        Message answer = client.request(lines.toArray(new String[0])).response();
        return answer.text();
    }

    /// Stores everything, which takes a moment after each answer.
    private static void warm(TestBreakwater breakwater, FakeOrigin origin) throws Exception {
        try (RawClient client = breakwater.client()) {
            for (Asked each : everything())
                await(each.target)
                        .atMost(RawClient.PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> {
                            int before = origin.exchanges().size();
                            assertThat(get(client, each)).isEqualTo(each.body);
                            return origin.exchanges().size() == before;
                        });
        }
    }

    private static void allAreHits(TestBreakwater breakwater, FakeOrigin origin, Change change)
            throws Exception {
        int before = origin.exchanges().size();
        try (RawClient client = breakwater.client()) {
            for (Asked each : everything())
                assertThat(get(client, each)).as("%s after %s", each, change).isEqualTo(each.body);
        }
        assertThat(origin.exchanges()).as("asked after %s", change).hasSize(before);
    }

    /// Asks for the same again and again. It is stored, whatever is changed.
    private static int askUntil(AtomicBoolean done, int port) throws Exception {
        int answers = 0;
        try (RawClient client = RawClient.to(port)) {
            while (!done.get()) {
                Asked asked = new Asked("shop.test", "/page/1?q=1", "");
                assertThat(get(client, asked)).startsWith("/page/1?q=1 at shop.test");
                answers++;
            }
        }
        return answers;
    }

    @Test
    void noChangeLosesWhatIsStored() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (FakeOrigin origin = FakeOrigin.start(origin(go))) {
            String base = BASE.replace("ORIGIN", origin.address());
            try (TestBreakwater breakwater = TestBreakwater.start(base);
                    RawClient slow = breakwater.client()) {
                warm(breakwater, origin);
                long stored = breakwater.engine().cache().objects();
                BodyReader onItsWay =
                        slow.request("GET /slow HTTP/1.1", "Host: slow.test").body(slow.head());
                onItsWay.read(3);
                for (Change change : CHANGES) {
                    String changed = change.apply(BASE).replace("ORIGIN", origin.address());
                    breakwater.apply(changed);
                    if (change.hits) allAreHits(breakwater, origin, change);
                    breakwater.apply(base);
                    allAreHits(breakwater, origin, change);
                }
                assertThat(breakwater.engine().cache().objects()).isEqualTo(stored);
                go.countDown();
                assertThat(onItsWay.read(3)).isEqualTo("new");
                await().until(() -> breakwater.engine().cache().objects() > stored);
                assertThat(get(slow, new Asked("slow.test", "/slow", ""))).isEqualTo("oldnew");
                assertThat(breakwater.engine().purge(byTag("all")).affected())
                        .isEqualTo(stored - 1);
            }
        }
    }

    /// All that was stored, but not what says how /vary varies.
    private static CachePurge byTag(String tag) {
        return new CachePurge(CachePurge.Scope.TAG, tag, false, true, true);
    }

    @Test
    void changesWhileRequestsRunLoseNothing() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (FakeOrigin origin = FakeOrigin.start(origin(new CountDownLatch(0)))) {
            String base = BASE.replace("ORIGIN", origin.address());
            try (TestBreakwater breakwater = TestBreakwater.start(base);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                warm(breakwater, origin);
                int before = origin.exchanges().size();
                int port = breakwater.port();
                List<Future<Integer>> clients = new ArrayList<>();
                for (int i = 0; i < 3; i++) clients.add(threads.submit(() -> askUntil(done, port)));
                for (Change change : CHANGES) {
                    if (!change.hits) continue;
                    breakwater.apply(change.apply(BASE).replace("ORIGIN", origin.address()));
                    breakwater.apply(base);
                }
                done.set(true);
                for (Future<Integer> client : clients)
                    assertThat(client.get(20, TimeUnit.SECONDS)).isPositive();
                assertThat(origin.exchanges()).hasSize(before);
            }
        }
    }

    /// Two locations with one URI, of which the key leaves out what tells them apart.
    @Test
    void locationsThatTheKeyDoesNotTellApartDoNotAnswerForEachOther() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(origin(new CountDownLatch(0)))) {
            String toml =
                    BASE.replace("# policy", "key = { query = \"none\", host = false }")
                            .replace("key = { query = \"exclude\"", "# {")
                            .replace("match-headers = [\"X-Tenant:one\"]", "match-query = [\"t\"]")
                            .replace("match-cookies = [\"beta\"]", "")
                            .replace("ORIGIN", origin.address());
            try (TestBreakwater breakwater = TestBreakwater.start(toml);
                    RawClient client = breakwater.client()) {
                for (int round = 0; round < 2; round++) {
                    for (Asked each :
                            List.of(
                                    new Asked("shop.test", "/a?t=1", "/a?t=1 at shop.test"),
                                    new Asked("shop.test", "/a", "/a at shop.test"),
                                    new Asked("slow.test", "/a", "/a at slow.test")))
                        assertThat(get(client, each)).isEqualTo(each.body);
                }
            }
        }
    }
}
