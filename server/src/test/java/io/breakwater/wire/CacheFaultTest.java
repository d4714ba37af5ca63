package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.answer;
import static io.breakwater.wire.CacheKit.asks;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.chunkedHead;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.head;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.inFlight;
import static io.breakwater.wire.CacheKit.isHit;
import static io.breakwater.wire.CacheKit.pattern;
import static io.breakwater.wire.CacheKit.patternBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyReader;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.H2Client;
import io.breakwater.testing.H2Stream;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.Pattern;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.Tmpfs;
import io.breakwater.testing.WireTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Upstreams, disks and clients that fail in the middle.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class CacheFaultTest {
    private static final int MB = 1 << 20;

    /// How a response breaks off after a part of its body.
    enum Break {
        RESET {
            @Override
            void serve(OriginExchange exchange) throws Exception {
                exchange.reset();
            }
        },
        END {
            @Override
            void serve(OriginExchange exchange) throws Exception {
                exchange.close();
            }
        },
        BAD_CHUNK {
            @Override
            String head() {
                return chunkedHead(FRESH) + "4\r\nhalf\r\n";
            }

            @Override
            void serve(OriginExchange exchange) throws Exception {
                exchange.send("zz\r\n");
                exchange.awaitEnd();
            }
        },
        NO_LAST_CHUNK {
            @Override
            String head() {
                return chunkedHead(FRESH) + "4\r\nhalf\r\n";
            }

            @Override
            void serve(OriginExchange exchange) throws Exception {
                exchange.close();
            }
        };

        String head() {
            return CacheKit.head(10, FRESH) + "half";
        }

        abstract void serve(OriginExchange exchange) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void halfAResponseIsNeverTakenForAWholeOne(Break how) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour breaking =
                exchange -> {
                    exchange.readAll();
                    exchange.send(how.head());
                    go.await();
                    how.serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(breaking);
                TestBreakwater breakwater = caching(origin).start();
                RawClient next = breakwater.client()) {
            List<RawClient> clients = new ArrayList<>();
            List<BodyReader> bodies = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                RawClient client = breakwater.client().get("/");
                clients.add(client);
                bodies.add(client.body(client.head()));
            }
            for (BodyReader body : bodies) assertThat(body.read(4)).isEqualTo("half");
            assertThat(origin.exchanges()).hasSize(1);
            go.countDown();
            for (RawClient client : clients)
                assertThat(client.ending()).isNotEqualTo(Ending.COMPLETE);
            inFlight(breakwater, 0);
            origin.behave(FakeOrigin.answer(answer("whole", FRESH)));
            Message whole = next.get("/").response();
            assertThat(isHit(whole.head())).isFalse();
            assertThat(whole.text()).isEqualTo("whole");
            for (RawClient client : clients) client.close();
        }
    }

    @Test
    void moreThanWasAnnouncedIsNotTaken() throws Exception {
        FakeOrigin.Behaviour more =
                exchange -> {
                    exchange.readAll();
                    exchange.send(head(4, FRESH) + "fourHTTP/1.1 200 OK\r\n\r\nsmuggled");
                    exchange.close();
                };
        try (FakeOrigin origin = FakeOrigin.start(more);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().text()).isEqualTo("four");
            assertThat(hit(client, "/").text()).isEqualTo("four");
            assertThat(client.hasMore()).isFalse();
        }
    }

    @Test
    void allWhoWaitAreToldOfAFailureBeforeTheHead() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour resetting =
                exchange -> {
                    go.await();
                    exchange.reset();
                };
        try (FakeOrigin origin = FakeOrigin.start(resetting);
                TestBreakwater breakwater = caching(origin).start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) clients.add(breakwater.client().get("/"));
            inFlight(breakwater, 6);
            go.countDown();
            for (RawClient client : clients) assertThat(client.response().status()).isEqualTo(502);
            assertThat(origin.exchanges()).hasSize(1);
            origin.behave(FakeOrigin.answer(answer("back", FRESH)));
            assertThat(clients.getFirst().get("/").response().text()).isEqualTo("back");
            for (RawClient client : clients) client.close();
        }
    }

    /// What a failing node says does not keep its next good answer out of the store.
    @Test
    void aFailureIsNotRemembered() throws Exception {
        String failing = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nlate";
        try (FakeOrigin origin = FakeOrigin.answering(failing);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().status()).isEqualTo(503);
            origin.behave(FakeOrigin.answer(answer("good", FRESH)));
            assertThat(client.get("/").response().text()).isEqualTo("good");
            assertThat(hit(client, "/").text()).isEqualTo("good");
            assertThat(origin.exchanges()).hasSize(2);
        }
    }

    /// A 304 about something else says nothing of what is stored: it is asked again without
    /// conditions.
    @Test
    void aForeignNotModifiedIsNotBelieved() throws Exception {
        FakeOrigin.Behaviour odd =
                exchange -> {
                    boolean asked = exchange.head().has("If-None-Match");
                    FakeOrigin.answer(
                                    asked
                                            ? "HTTP/1.1 304 Not Modified\r\nETag: \"9\"\r\n\r\n"
                                            : answer(
                                                    "x", "Cache-Control: max-age=0", "ETag: \"1\""))
                            .serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(odd);
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            await().until(() -> {
                Message answer = client.get("/").response();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("x");
                return origin.exchanges().stream()
                        .anyMatch(one -> asks(one, "If-None-Match", "\"1\""));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: max-age=banana",
                "Cache-Control: max-age=-1, max-age=99999999999999999999",
                "Cache-Control: \"\\",
                "Cache-Control: =,=;;,,",
                "Expires: 0\r\nDate: never",
                "Age: -7, x\r\nCache-Control: max-age=60",
                "Vary: ,,, \t\r\nCache-Control: max-age=60",
                "Vary: \u00e4\u00f6\r\nCache-Control: max-age=60",
                "ETag: W/\"\r\nLast-Modified: x\r\nCache-Control: max-age=60",
                "Content-Range: bytes x-y/z\r\nCache-Control: max-age=60",
                "CDN-Cache-Control: ((((\r\nSurrogate-Control: max-age=,",
                "Warning: \u0001\u0002\r\nCache-Control: max-age=60",
            })
    void garbageInFieldsHarmsNobody(String fields) throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("x", fields));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            for (int i = 0; i < 3; i++) {
                Message answer = client.get("/").response();
                if (answer.status() == 502) return; // no HTTP any more
                assertThat(answer.text()).isEqualTo("x");
            }
        }
    }

    @Test
    void withoutAFolderNothingIsCached(@TempDir Path folder) throws Exception {
        Path taken = Files.writeString(folder.resolve("file"), "not a folder");
        try (FakeOrigin origin = FakeOrigin.start(pattern(100_000, FRESH));
                TestBreakwater breakwater = TestBreakwater.startIn(caching(origin).toml(), taken);
                RawClient client = breakwater.client()) {
            for (int i = 0; i < 3; i++)
                assertThat(client.get("/").response().body()).isEqualTo(patternBytes(100_000));
            assertThat(origin.exchanges()).hasSize(3);
        }
    }

    @Test
    void aFullDiskIsNoTroubleForClients(@TempDir Path folder) throws Exception {
        // Too small for the block file: it is written as far as it goes, or not opened.
        try (Tmpfs disk = Tmpfs.mount(folder, 2L * MB);
                FakeOrigin origin = FakeOrigin.start(pattern(3L * MB, FRESH));
                TestBreakwater breakwater =
                        TestBreakwater.startIn(caching(origin).toml(), disk.folder());
                RawClient client = breakwater.client()) {
            for (int i = 0; i < 4; i++)
                assertThat(client.get("/" + i % 2).response().body())
                        .isEqualTo(patternBytes(3 * MB));
        }
    }

    @Test
    void aClientThatLeavesWhileItReadsTakesNothingAlong() throws Exception {
        int length = 8 * MB;
        try (FakeOrigin origin = FakeOrigin.start(pattern(length, FRESH));
                TestBreakwater breakwater =
                        caching(origin).server("protocols = [\"http1\", \"h2\"]").start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            for (int i = 0; i < 5; i++) {
                RawClient leaving = RawClient.to(breakwater.port(), 8192).get("/");
                leaving.body(leaving.head()).read(1000 * i + 1);
                leaving.reset();
                try (H2Client h2 = H2Client.to(breakwater.port())) {
                    H2Stream stream = h2.send("GET", "/");
                    stream.await(1000);
                    stream.cancel();
                    H2Stream whole = h2.send("GET", "/", "range: bytes=7-106");
                    assertThat(whole.awaitEnd().bytes()).hasSize(100);
                }
            }
            inFlight(breakwater, 0);
            assertThat(get(client, "/").body()).isEqualTo(patternBytes(length));
            assertThat(origin.exchanges()).hasSize(1);
        }
    }

    /// A reader behind the disk's end of a fill reads from the store while others come and go.
    @Test
    void readersOfAllPacesReadTheSame() throws Exception {
        long length = 4L * MB;
        try (FakeOrigin origin = FakeOrigin.start(pattern(length, FRESH));
                TestBreakwater breakwater = caching(origin).start()) {
            List<RawClient> slow = new ArrayList<>();
            List<BodyReader> bodies = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RawClient client = RawClient.to(breakwater.port(), 4096 << i % 3).get("/");
                slow.add(client);
                bodies.add(client.body(client.head()));
            }
            try (RawClient fast = breakwater.client()) {
                assertThat(Pattern.check(fast.get("/").body(fast.head()))).isEqualTo(length);
                hit(fast, "/");
            }
            for (BodyReader body : bodies) assertThat(Pattern.check(body)).isEqualTo(length);
            assertThat(origin.exchanges()).hasSize(1);
            for (RawClient client : slow) client.close();
        }
    }
}
