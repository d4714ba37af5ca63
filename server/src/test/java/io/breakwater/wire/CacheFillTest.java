package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.answer;
import static io.breakwater.wire.CacheKit.asks;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.chunkedHead;
import static io.breakwater.wire.CacheKit.did;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.head;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.inFlight;
import static io.breakwater.wire.CacheKit.pattern;
import static io.breakwater.wire.CacheKit.patternBytes;
import static io.breakwater.wire.CacheKit.send;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.testing.BodyReader;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Head;
import io.breakwater.testing.Message;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// One request to the upstream for all who ask meanwhile, whatever they and it do.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class CacheFillTest {
    private static final int MB = 1 << 20;

    @Test
    void fiveHundredClientsCostOneRequest() throws Exception {
        int length = 100_000;
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour waiting =
                exchange -> {
                    go.await();
                    pattern(length, FRESH).serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(waiting);
                TestBreakwater breakwater = caching(origin).start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 500; i++) clients.add(breakwater.client().get("/one"));
            inFlight(breakwater, 501);
            go.countDown();
            List<Future<Long>> read = new ArrayList<>();
            for (RawClient client : clients)
                read.add(threads.submit(() -> Pattern.check(client.body(client.head()))));
            for (Future<Long> one : read) assertThat(one.get()).isEqualTo(length);
            assertThat(origin.exchanges()).hasSize(1);
            for (RawClient client : clients) client.close();
        }
    }

    @Test
    void whoReadsSlowlySlowsNobody() throws Exception {
        long length = 8L * MB;
        try (FakeOrigin origin = FakeOrigin.start(pattern(length, FRESH));
                TestBreakwater breakwater = caching(origin).start();
                RawClient leader = RawClient.to(breakwater.port(), 8192);
                RawClient second = breakwater.client()) {
            BodyReader slow = leader.get("/").body(leader.head());
            byte[] begin = new byte[1000];
            assertThat(slow.read(begin, 0, 1000)).isPositive();
            assertThat(Pattern.check(second.get("/").body(second.head()))).isEqualTo(length);
            assertThat(hit(second, "/").body()).hasSize((int) length);
            assertThat(slow.skip()).isPositive();
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    /// What is given to a connection at once takes such a client longer than the idle timeout.
    @Test
    void whoKeepsReadingIsNotCut() throws Exception {
        long length = 10L * MB;
        try (FakeOrigin origin = FakeOrigin.start(pattern(length, FRESH));
                TestBreakwater breakwater =
                        caching(origin).server("idle-timeout = \"2s\"").start();
                ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            try (RawClient fast = breakwater.client()) {
                assertThat(Pattern.check(fast.get("/").body(fast.head()))).isEqualTo(length);
            }
            // Connected only now: nobody says how long the fast one takes.
            try (RawClient slow = RawClient.to(breakwater.port(), 64 * 1024)) {
                BodyReader body = slow.get("/").body(slow.head());
                for (int i = 0; i < 30; i++)
                    timer.schedule(() -> body.read(MB / 4), 150, MILLISECONDS).get();
                assertThat(body.skip()).isEqualTo(length - 30L * (MB / 4));
            }
        }
    }

    @Test
    void aLeaderThatLeavesBeforeTheHeadIsNotMissed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour waiting =
                exchange -> {
                    go.await();
                    pattern(200_000, FRESH).serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(waiting);
                TestBreakwater breakwater = caching(origin).start();
                RawClient second = breakwater.client()) {
            RawClient leader = breakwater.client().get("/");
            origin.exchange(1);
            leader.reset();
            inFlight(breakwater, 1); // the fill
            second.get("/");
            inFlight(breakwater, 2);
            go.countDown();
            assertThat(Pattern.check(second.body(second.head()))).isEqualTo(200_000);
            assertThat(hit(second, "/").body()).isEqualTo(patternBytes(200_000));
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void aLeaderThatLeavesInTheBodyIsNotMissed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour inTwo =
                exchange -> {
                    exchange.send(head(200_000, FRESH));
                    Pattern bytes = new Pattern();
                    bytes.write(exchange.out(), 50_000);
                    go.await();
                    bytes.write(exchange.out(), 150_000);
                };
        try (FakeOrigin origin = FakeOrigin.start(inTwo);
                TestBreakwater breakwater = caching(origin).start();
                RawClient second = breakwater.client()) {
            RawClient leader = breakwater.client().get("/");
            leader.body(leader.head()).read(1000);
            leader.reset();
            inFlight(breakwater, 1);
            go.countDown();
            assertThat(hit(second, "/").body()).isEqualTo(patternBytes(200_000));
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    /// Repeated: the reader may leave while its bytes are being handed to it.
    @RepeatedTest(10)
    void whatIsLongAndNotHalfThereEndsWithItsLastReader() throws Exception {
        FakeOrigin.Behaviour stuck =
                exchange -> {
                    exchange.readAll();
                    exchange.send(head(4L * MB, FRESH));
                    new Pattern().write(exchange.out(), 100_000);
                    exchange.awaitEnd();
                };
        try (FakeOrigin origin = FakeOrigin.start(stuck);
                TestBreakwater breakwater = caching(origin, "keep-filling = \"1mb\"").start();
                RawClient next = breakwater.client()) {
            RawClient leader = breakwater.client().get("/");
            leader.body(leader.head()).read(1000);
            leader.reset();
            assertThat(origin.exchange(1).ended()).isNotEqualTo(Ending.COMPLETE);
            inFlight(breakwater, 0);
            origin.behave(FakeOrigin.answer(answer("all", FRESH)));
            assertThat(next.get("/").response().text()).isEqualTo("all");
        }
    }

    @Test
    void whatMayNotBeStoredEndsWithItsReaderThoughNoBodyComes() throws Exception {
        FakeOrigin.Behaviour silent =
                exchange -> {
                    exchange.readAll();
                    exchange.send(chunkedHead("Cache-Control: no-store"));
                    exchange.awaitEnd();
                };
        try (FakeOrigin origin = FakeOrigin.start(silent);
                TestBreakwater breakwater = caching(origin).start()) {
            RawClient leader = breakwater.client().get("/");
            assertThat(leader.head().status()).isEqualTo(200);
            leader.reset();
            assertThat(origin.exchange(1).ended()).isNotEqualTo(Ending.COMPLETE);
            inFlight(breakwater, 0);
        }
    }

    @Test
    void whoComesLateReadsFromTheBeginning() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour inTwo =
                exchange -> {
                    exchange.send(head(3L * MB, FRESH));
                    Pattern bytes = new Pattern();
                    bytes.write(exchange.out(), 2L * MB);
                    go.await();
                    bytes.write(exchange.out(), MB);
                };
        try (FakeOrigin origin = FakeOrigin.start(inTwo);
                TestBreakwater breakwater = caching(origin).start();
                RawClient leader = breakwater.client();
                RawClient late = breakwater.client();
                RawClient part = breakwater.client()) {
            BodyReader first = leader.get("/").body(leader.head());
            first.read(2 * MB - 10);
            Head head = late.get("/").head();
            assertThat(did(head)).contains("collapsed");
            assertThat(head.field("Content-Length")).isEqualTo(String.valueOf(3 * MB));
            BodyReader second = late.body(head);
            byte[] begin = patternBytes(2 * MB);
            assertThat(second.read(MB).getBytes(StandardCharsets.ISO_8859_1))
                    .isEqualTo(Arrays.copyOf(begin, MB));
            // A part that is there, and one that is still to come.
            send(part, "GET", "/", "Range: bytes=1000-1099");
            Message there = part.response();
            assertThat(there.status()).isEqualTo(206);
            assertThat(there.body()).isEqualTo(Arrays.copyOfRange(begin, 1000, 1100));
            send(part, "GET", "/", "Range: bytes=-100");
            assertThat(part.head().field("Content-Range"))
                    .isEqualTo("bytes " + (3 * MB - 100) + "-" + (3 * MB - 1) + "/" + 3 * MB);
            go.countDown();
            assertThat(second.skip()).isEqualTo(2 * MB);
            assertThat(first.skip()).isEqualTo(MB + 10);
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void whatComesInChunksIsStoredWithALength() throws Exception {
        FakeOrigin.Behaviour chunked =
                exchange -> {
                    exchange.readAll();
                    exchange.send(chunkedHead(FRESH)).chunk("hello ").chunk("world");
                    exchange.send("0\r\nSum: 11\r\n\r\n");
                };
        try (FakeOrigin origin = FakeOrigin.start(chunked);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            Message first = client.get("/").response();
            assertThat(first.text()).isEqualTo("hello world");
            assertThat(first.ending()).isEqualTo(Ending.COMPLETE);
            Message second = hit(client, "/");
            assertThat(second.text()).isEqualTo("hello world");
            assertThat(second.head().field("Content-Length")).isEqualTo("11");
            // RFC 9111 §3.1
            assertThat(second.head().has("Sum")).isFalse();
            assertThat(second.trailers()).isEmpty();
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    @Test
    void whatIsTooLongOnlyPasses() throws Exception {
        long length = 3L * MB;
        FakeOrigin.Behaviour chunked =
                exchange -> {
                    exchange.readAll();
                    boolean known = exchange.head().target().equals("/known");
                    exchange.send(known ? head(length, FRESH) : chunkedHead(FRESH));
                    Pattern bytes = new Pattern();
                    for (long sent = 0; sent < length; sent += 4096) {
                        if (!known) exchange.send("1000\r\n");
                        bytes.write(exchange.out(), 4096);
                        if (!known) exchange.send("\r\n");
                    }
                    if (!known) exchange.send("0\r\n\r\n");
                };
        try (FakeOrigin origin = FakeOrigin.start(chunked);
                TestBreakwater breakwater = caching(origin, "max-object-size = \"1mb\"").start();
                RawClient client = breakwater.client()) {
            for (String target : List.of("/known", "/chunked")) {
                int before = origin.exchanges().size();
                Message first = client.get(target).response();
                assertThat(first.ending()).isEqualTo(Ending.COMPLETE);
                assertThat(first.body()).isEqualTo(patternBytes((int) length));
                // Known by now not to be worth the trouble: parts are the upstream's business, too.
                send(client, "GET", target, "Range: bytes=0-1");
                assertThat(client.response().body()).hasSize((int) length);
                assertThat(asks(origin.exchange(before + 2), "Range", "bytes=0-1")).isTrue();
            }
        }
    }

    @Test
    void whatMayNotBeStoredReleasesAllWhoWait() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch together = new CountDownLatch(11);
        FakeOrigin.Behaviour own =
                exchange -> {
                    go.await();
                    together.countDown();
                    // All but the first are there at the same time.
                    if (exchange.connection() > 1) together.await();
                    FakeOrigin.answer(answer("mine", "Cache-Control: private")).serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(own);
                TestBreakwater breakwater = caching(origin).start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 11; i++) clients.add(breakwater.client().get("/"));
            inFlight(breakwater, 12);
            origin.exchange(1);
            assertThat(origin.exchanges()).hasSize(1);
            go.countDown();
            for (RawClient client : clients) assertThat(client.response().text()).isEqualTo("mine");
            assertThat(origin.exchanges()).hasSize(11);
            // The key is remembered: nobody waits for anybody.
            send(clients.getFirst(), "GET", "/", "Range: bytes=1-2", "If-None-Match: \"x\"");
            clients.getFirst().response();
            assertThat(asks(origin.exchange(12), "Range", "bytes=1-2")).isTrue();
            for (RawClient client : clients) client.close();
        }
    }

    @Test
    void aPartOfWhatMayNotBeStoredIsAskedForAsSuch() throws Exception {
        FakeOrigin.Behaviour parts =
                exchange -> {
                    boolean part = asks(exchange, "Range", "bytes=1-2");
                    FakeOrigin.answer(
                                    part
                                            ? "HTTP/1.1 206 Partial Content\r\n"
                                                    + "Content-Length: 2\r\n"
                                                    + "Content-Range: bytes 1-2/4\r\n\r\n"
                                                    + "in"
                                            : answer("mine", "Cache-Control: private"))
                            .serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(parts);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            Message part = get(client, "/", "Range: bytes=1-2");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("in");
        }
    }

    @Test
    void nobodyWaitsLongerThanTheLockTimeout() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour stuck =
                exchange -> {
                    if (exchange.connection() == 1) go.await();
                    FakeOrigin.answer(answer("x", FRESH)).serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(stuck);
                TestBreakwater breakwater = caching(origin, "lock-timeout = \"100ms\"").start();
                RawClient leader = breakwater.client();
                RawClient second = breakwater.client()) {
            leader.get("/");
            origin.exchange(1);
            assertThat(second.get("/").response().text()).isEqualTo("x");
            assertThat(origin.exchanges()).hasSize(2);
            go.countDown();
            assertThat(leader.response().text()).isEqualTo("x");
            hit(second, "/");
        }
    }

    @Test
    void everybodyAsksForHimselfWithoutCollapsing() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        FakeOrigin.Behaviour together =
                exchange -> {
                    both.countDown();
                    both.await();
                    FakeOrigin.answer(answer("x", FRESH)).serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(together);
                TestBreakwater breakwater = caching(origin, "collapse = false").start();
                RawClient one = breakwater.client().get("/");
                RawClient two = breakwater.client().get("/")) {
            assertThat(one.response().text()).isEqualTo("x");
            assertThat(two.response().text()).isEqualTo("x");
            assertThat(origin.exchanges()).hasSize(2);
            // Until one is stored, whoever comes asks for himself, too.
            hit(one, "/");
        }
    }

    @Test
    void whoWaitsForAnotherVariantGetsItsOwn() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour varying =
                exchange -> {
                    go.await();
                    String language = exchange.head().field("Accept-Language");
                    FakeOrigin.answer(answer("in " + language, FRESH, "Vary: Accept-Language"))
                            .serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(varying);
                TestBreakwater breakwater = caching(origin).start()) {
            List<String> languages = List.of("de", "en", "de", "fr", "en", "de");
            List<RawClient> clients = new ArrayList<>();
            for (String language : languages)
                clients.add(send(breakwater.client(), "GET", "/", "Accept-Language: " + language));
            inFlight(breakwater, 7);
            go.countDown();
            for (int i = 0; i < clients.size(); i++)
                assertThat(clients.get(i).response().text()).isEqualTo("in " + languages.get(i));
            assertThat(origin.exchanges()).hasSize(3);
            for (String language : languages)
                assertThat(hit(clients.getFirst(), "/", "Accept-Language: " + language).text())
                        .isEqualTo("in " + language);
            assertThat(origin.exchanges()).hasSize(3);
            for (RawClient client : clients) client.close();
        }
    }
}
