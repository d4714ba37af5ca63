package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.answer;
import static io.breakwater.wire.CacheKit.asks;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.head;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.inFlight;
import static io.breakwater.wire.CacheKit.isHit;
import static io.breakwater.wire.CacheKit.pattern;
import static io.breakwater.wire.CacheKit.patternBytes;
import static io.breakwater.wire.CacheKit.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyReader;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Purges, unsafe requests, changes of the configuration and restarts, most of them in the middle
/// of a fill.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class CacheChangeTest {
    private static final String PURGE = "purge-from = [\"127.0.0.1\"]";

    /// The first GET is answered in two parts, of which the second waits.
    private static FakeOrigin.Behaviour old(CountDownLatch go) {
        return exchange -> {
            exchange.readAll();
            if (exchange.head().method().equals("POST")) {
                exchange.send(FakeOrigin.ok("done"));
                return;
            }
            exchange.send(head(6, FRESH) + "old");
            go.await();
            exchange.send("old");
        };
    }

    private static FakeOrigin.Behaviour fresh() {
        return FakeOrigin.answer(answer("new", FRESH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"collapse = true", "collapse = false"})
    void aPurgeWhileAFillRunsHasTheLastWord(String collapse) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (FakeOrigin origin = FakeOrigin.start(old(go));
                TestBreakwater breakwater = caching(origin, PURGE, collapse).start();
                RawClient leader = breakwater.client();
                RawClient other = breakwater.client()) {
            BodyReader body = leader.get("/").body(leader.head());
            body.read(3);
            send(other, "PURGE", "/");
            assertThat(other.response().status()).isEqualTo(200);
            origin.behave(fresh());
            // Whoever comes now gets what is new, and whoever was there reads on.
            assertThat(other.get("/").response().text()).isEqualTo("new");
            go.countDown();
            assertThat(body.read(3)).isEqualTo("old");
            inFlight(breakwater, 0);
            assertThat(hit(other, "/").text()).isEqualTo("new");
            assertThat(origin.exchanges()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"collapse = true", "collapse = false"})
    void anUnsafeRequestWhileAFillRunsHasTheLastWord(String collapse) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (FakeOrigin origin = FakeOrigin.start(old(go));
                TestBreakwater breakwater = caching(origin, collapse).start();
                RawClient leader = breakwater.client();
                RawClient other = breakwater.client()) {
            BodyReader body = leader.get("/").body(leader.head());
            body.read(3);
            send(other, "POST", "/", "Content-Length: 0");
            assertThat(other.response().text()).isEqualTo("done");
            origin.behave(fresh());
            go.countDown();
            assertThat(body.read(3)).isEqualTo("old");
            inFlight(breakwater, 0);
            assertThat(other.get("/").response().text()).isEqualTo("new");
            assertThat(hit(other, "/").text()).isEqualTo("new");
        }
    }

    /// Fills that are whole may be on their way to the disk when the purge comes.
    @Test
    void nothingComesBackThatWasBeingStored() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(fresh());
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            for (int i = 0; i < 200; i++) {
                String body = "body " + i;
                origin.behave(FakeOrigin.answer(answer(body, FRESH)));
                Message answer = client.get("/").response();
                assertThat(answer.text()).as(answer.head().toString()).isEqualTo(body);
                send(client, "POST", "/", "Content-Length: 0");
                client.response();
            }
        }
    }

    @Test
    void anUnsafeRequestInvalidatesAllVariants() throws Exception {
        List<String> languages = List.of("de", "en");
        try (FakeOrigin origin = FakeOrigin.start(varying("old"));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            for (String language : languages) hit(client, "/", "Accept-Language: " + language);
            origin.behave(varying("new"));
            send(client, "POST", "/", "Content-Length: 0");
            client.response();
            // The first brings the knowledge back how the URI varies, and the old second must not
            // be found by it.
            for (int round = 0; round < 2; round++)
                for (String language : languages)
                    assertThat(hit(client, "/", "Accept-Language: " + language).text())
                            .isEqualTo("new " + language);
        }
    }

    private static FakeOrigin.Behaviour varying(String text) {
        return exchange -> {
            String language = exchange.head().field("Accept-Language");
            FakeOrigin.answer(answer(text + " " + language, FRESH, "Vary: Accept-Language"))
                    .serve(exchange);
        };
    }

    @Test
    void aSoftPurgeAsksWhetherItIsStillGood() throws Exception {
        FakeOrigin.Behaviour validating =
                exchange -> {
                    boolean known = asks(exchange, "If-None-Match", "\"1\"");
                    FakeOrigin.answer(
                                    known
                                            ? "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"
                                            : answer("good", FRESH, "ETag: \"1\""))
                            .serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(validating);
                TestBreakwater breakwater = caching(origin, PURGE).start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            send(client, "PURGE", "/", "Soft-Purge: 1");
            assertThat(client.response().text()).isEqualTo("{\"purged\":1}\n");
            assertThat(client.get("/").response().text()).isEqualTo("good");
            assertThat(asks(origin.exchange(2), "If-None-Match", "\"1\"")).isTrue();
            hit(client, "/");
            assertThat(origin.exchanges()).hasSize(2);
        }
    }

    @Test
    void anApplyInTheMiddleOfAFillHarmsNobody() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (FakeOrigin origin = FakeOrigin.start(old(go));
                FakeOrigin elsewhere = FakeOrigin.start(fresh());
                TestBreakwater breakwater = caching(origin).start();
                RawClient leader = breakwater.client();
                RawClient waiting = breakwater.client()) {
            List<BodyReader> bodies = new ArrayList<>();
            for (RawClient client : List.of(leader, waiting))
                bodies.add(client.get("/").body(client.head()));
            for (BodyReader body : bodies) body.read(3);
            // Another policy, another upstream, and then no cache at all.
            breakwater.apply(caching(elsewhere, "max-object-size = \"1kb\"").toml());
            assertThat(leaderless(breakwater, "/other")).isEqualTo("new");
            breakwater.apply(Setup.to(elsewhere).toml());
            assertThat(leaderless(breakwater, "/")).isEqualTo("new");
            go.countDown();
            for (BodyReader body : bodies) assertThat(body.read(3)).isEqualTo("old");
            breakwater.apply(caching(elsewhere).toml());
            assertThat(hit(waiting, "/").text()).isEqualTo("oldold");
        }
    }

    private static String leaderless(TestBreakwater breakwater, String target) throws Exception {
        try (RawClient client = breakwater.client()) {
            return client.get(target).response().text();
        }
    }

    @Test
    void anApplyThatDoesNotTouchTheCacheLosesNothing() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(100_000, FRESH));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            for (int i = 0; i < 3; i++) {
                breakwater.apply(caching(origin).location("note = \"" + i + "\"").toml());
                Message kept = get(client, "/");
                assertThat(isHit(kept.head())).isTrue();
                assertThat(kept.body()).isEqualTo(patternBytes(100_000));
            }
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void whatIsStoredIsThereAfterARestart(@TempDir Path folder) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(100_000, FRESH))) {
            String toml = caching(origin, PURGE).toml();
            try (TestBreakwater breakwater = TestBreakwater.startIn(toml, folder);
                    RawClient client = breakwater.client()) {
                hit(client, "/kept");
                hit(client, "/purged");
                hit(client, "/posted");
                send(client, "PURGE", "/purged");
                client.response();
                send(client, "POST", "/posted", "Content-Length: 0");
                client.response();
            }
            int before = origin.exchanges().size();
            try (TestBreakwater breakwater = TestBreakwater.startIn(toml, folder);
                    RawClient client = breakwater.client()) {
                Message kept = get(client, "/kept");
                assertThat(isHit(kept.head())).isTrue();
                assertThat(kept.body()).isEqualTo(patternBytes(100_000));
                assertThat(origin.exchanges()).hasSize(before);
                assertThat(isHit(get(client, "/purged").head())).isFalse();
                assertThat(isHit(get(client, "/posted").head())).isFalse();
            }
        }
    }
}
