package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.answer;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.did;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.inFlight;
import static io.breakwater.wire.CacheKit.isHit;
import static io.breakwater.wire.CacheKit.patternBytes;
import static io.breakwater.wire.CacheKit.send;
import static io.breakwater.wire.RangedOrigin.asked;
import static java.nio.channels.FileChannel.MapMode.READ_WRITE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.Nginx;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.Setup;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Large responses that are fetched and stored in slices, each only when it is wanted.
@WireTest
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF
class CacheSliceTest {
    static final String SLICE = "slice = \"16kb\"";
    static final int BYTES = 16 * 1024;
    static final int LENGTH = 100_000;
    static final String TAG = "\"1\"";
    private static final byte[] BODY = patternBytes(LENGTH);

    static RangedOrigin pattern(String... fields) {
        return new RangedOrigin(BODY, TAG, fields);
    }

    /// The ranges of slices.
    static List<String> slices(long... numbers) {
        return LongStream.of(numbers)
                .mapToObj(one -> one * BYTES + "-" + ((one + 1) * BYTES - 1))
                .toList();
    }

    static byte[] part(int first, int last) {
        return Arrays.copyOfRange(BODY, first, last + 1);
    }

    @Test
    void theWholeComesSliceAfterSlice() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater =
                        caching(origin, SLICE, "max-object-size = \"32kb\"").start();
                RawClient client = breakwater.client()) {
            Message answer = client.get("/").response();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head().field("Content-Length")).isEqualTo("" + LENGTH);
            assertThat(answer.head().has("Content-Range")).isFalse();
            assertThat(answer.body()).isEqualTo(BODY);
            assertThat(did(answer.head())).contains("uri-miss");
            // The next one is asked for beside the present.
            assertThat(asked(origin))
                    .containsExactlyInAnyOrderElementsOf(slices(0, 1, 2, 3, 4, 5, 6));
            for (int i = 2; i <= 7; i++)
                assertThat(origin.exchange(i).head().field("If-Range")).isEqualTo(TAG);
            inFlight(breakwater, 0);
            Message again = hit(client, "/");
            assertThat(again.body()).isEqualTo(BODY);
            assertThat(again.head().has("Age")).isTrue();
            assertThat(origin.exchanges()).hasSize(7);
        }
    }

    /// A cold range needs its slices and no others; the last bytes of something unknown need the
    /// first slice, too, which tells the length.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40000-40010 | 40000 | 40010 | 2",
                "40000-50000 | 40000 | 50000 | 2 3",
                "0-0         | 0     | 0     | 0",
                "98304-      | 98304 | 99999 | 6",
                "99999-99999999 | 99999 | 99999 | 6",
                "-10         | 99990 | 99999 | 0 6",
            })
    void aRangeFetchesItsSlicesOnly(String range, int first, int last, String numbers)
            throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            Message answer = get(client, "/", "Range: bytes=" + range);
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.head().field("Content-Range"))
                    .isEqualTo("bytes " + first + "-" + last + "/" + LENGTH);
            assertThat(answer.body()).isEqualTo(part(first, last));
            long[] wanted =
                    Arrays.stream(numbers.split(" ", -1)).mapToLong(Long::parseLong).toArray();
            assertThat(asked(origin)).containsExactlyInAnyOrderElementsOf(slices(wanted));
            inFlight(breakwater, 0);
            Message again = hit(client, "/", "Range: bytes=" + range);
            assertThat(again.body()).isEqualTo(part(first, last));
            assertThat(asked(origin)).containsExactlyInAnyOrderElementsOf(slices(wanted));
        }
    }

    @Test
    void severalRangesComeInOneAnswer() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            Message answer = get(client, "/", "Range: bytes=90000-90009,5-9");
            assertThat(answer.head().field("Content-Type")).startsWith("multipart/byteranges");
            assertThat(answer.body()).containsSequence(part(90000, 90009));
            assertThat(answer.body()).containsSequence(part(5, 9));
            assertThat(asked(origin)).isEqualTo(slices(5, 0));
        }
    }

    @Test
    void nothingIsWithinReach() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            String range = "Range: bytes=" + 2 * LENGTH + "-";
            assertThat(get(client, "/", range).status()).isEqualTo(416);
            get(client, "/known", "Range: bytes=0-9");
            inFlight(breakwater, 0);
            hit(client, "/known", "Range: bytes=0-9");
            int before = origin.exchanges().size();
            Message beyond = get(client, "/known", range);
            assertThat(beyond.status()).isEqualTo(416);
            assertThat(beyond.head().field("Content-Range")).isEqualTo("bytes */" + LENGTH);
            assertThat(origin.exchanges()).hasSize(before);
        }
    }

    @Test
    void onlyWhatIsMissingIsFetched() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            for (String range : List.of("0-20000", "50000-99999")) {
                get(client, "/", "Range: bytes=" + range);
                inFlight(breakwater, 0);
                hit(client, "/", "Range: bytes=" + range);
            }
            int before = origin.exchanges().size();
            assertThat(client.get("/").response().body()).isEqualTo(BODY);
            List<String> all = asked(origin);
            assertThat(all.subList(before, all.size())).isEqualTo(slices(2));
        }
    }

    @Test
    void conditionsAndHeadNeedNoSlice() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            get(client, "/", "Range: bytes=0-9");
            inFlight(breakwater, 0);
            hit(client, "/", "Range: bytes=0-9");
            assertThat(get(client, "/", "If-None-Match: " + TAG).status()).isEqualTo(304);
            Message head = send(client, "HEAD", "/").response("HEAD");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.head().field("Content-Length")).isEqualTo("" + LENGTH);
            assertThat(asked(origin)).isEqualTo(slices(0));
            Message same = get(client, "/", "Range: bytes=1-2", "If-Range: " + TAG);
            assertThat(same.status()).isEqualTo(206);
            Message other = get(client, "/", "Range: bytes=1-2", "If-Range: \"0\"");
            assertThat(other.status()).isEqualTo(200);
            assertThat(other.body()).isEqualTo(BODY);
        }
    }

    /// What fits into one slice is stored as it would be without slices.
    @Test
    void whatIsShorterIsWhole() throws Exception {
        byte[] few = patternBytes(1000);
        try (FakeOrigin origin = FakeOrigin.start(new RangedOrigin(few, "W/\"1\"", FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            Message answer = client.get("/").response();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(few);
            assertThat(hit(client, "/").head().field("Content-Length")).isEqualTo("1000");
            assertThat(asked(origin)).isEqualTo(slices(0));
        }
    }

    @ParameterizedTest
    @CsvSource({"W/\"1\", 100000", "\"1\", 0"})
    void whatHasNoSlicesIsAskedForAsAWhole(String tag, int length) throws Exception {
        byte[] body = patternBytes(length);
        try (FakeOrigin origin = FakeOrigin.start(new RangedOrigin(body, tag, FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            Message answer = client.get("/").response();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(body);
            assertThat(hit(client, "/").body()).isEqualTo(body);
            assertThat(asked(origin)).containsExactly(slices(0).getFirst(), "-");
            // It is known by now.
            get(client, "/", "Cache-Control: no-cache");
            assertThat(asked(origin).getLast()).isEqualTo("-");
        }
    }

    @Test
    void anOriginWithoutRangesIsLikeAnyOther() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(CacheKit.pattern(LENGTH, FRESH, "ETag: " + TAG));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            assertThat(get(client, "/", "Range: bytes=40000-40010").body())
                    .isEqualTo(part(40000, 40010));
            assertThat(hit(client, "/").body()).isEqualTo(BODY);
            assertThat(origin.exchanges()).hasSize(1);
            get(client, "/", "Cache-Control: no-cache");
            assertThat(asked(origin)).containsExactly(slices(2).getFirst(), "-");
        }
    }

    @Test
    void whatMayNotBeStoredComesWholeAndIsNot() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern("Cache-Control: no-store"));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().body()).isEqualTo(BODY);
            assertThat(client.get("/").response().body()).isEqualTo(BODY);
            Message range = get(client, "/", "Range: bytes=10-19");
            assertThat(range.status()).isEqualTo(206);
            assertThat(range.body()).isEqualTo(part(10, 19));
            assertThat(asked(origin)).containsExactly(slices(0).getFirst(), "-", "-", "10-19");
        }
    }

    @Test
    void whoAsksForTheFirstTimeIsNotSliced() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater = caching(origin, SLICE, "min-uses = 2").start();
                RawClient client = breakwater.client()) {
            assertThat(client.get("/").response().body()).isEqualTo(BODY);
            assertThat(asked(origin)).containsExactly("-");
            assertThat(client.get("/").response().body()).isEqualTo(BODY);
            assertThat(asked(origin)).contains(slices(0).getFirst());
        }
    }

    @Test
    void aValidationIsAboutAllSlices() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern("Cache-Control: max-age=0"));
                TestBreakwater breakwater =
                        caching(origin, SLICE, "stale-while-updating = \"0s\"").start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            inFlight(breakwater, 0);
            await().until(() -> {
                int before = origin.exchanges().size();
                assertThat(client.get("/").response().body()).isEqualTo(BODY);
                return origin.exchanges().size() == before + 1;
            });
            assertThat(origin.exchanges().getLast().head().field("If-None-Match")).isEqualTo(TAG);
            // Fresh again, it answers by itself.
            origin.behave(pattern(FRESH));
            await().until(() -> {
                int before = origin.exchanges().size();
                assertThat(client.get("/").response().body()).isEqualTo(BODY);
                return origin.exchanges().size() == before;
            });
        }
    }

    @Test
    void variantsHaveSlicesOfTheirOwn() throws Exception {
        FakeOrigin.Behaviour varying =
                exchange -> {
                    boolean german = "de".equals(exchange.head().field("Accept-Language"));
                    byte[] body = german ? BODY : Arrays.copyOfRange(BODY, 1, LENGTH);
                    new RangedOrigin(body, TAG, FRESH, "Vary: Accept-Language").serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(varying);
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            for (String language : List.of("de", "en", "de", "en")) {
                byte[] expected =
                        language.equals("de") ? BODY : Arrays.copyOfRange(BODY, 1, LENGTH);
                String field = "Accept-Language: " + language;
                assertThat(get(client, "/", field).body()).isEqualTo(expected);
                inFlight(breakwater, 0);
                assertThat(hit(client, "/", field).body()).isEqualTo(expected);
            }
            assertThat(origin.exchanges()).hasSize(14);
        }
    }

    @Test
    void slicesAreFoundAfterARestart(@TempDir Path folder) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH))) {
            String toml = caching(origin, SLICE).toml();
            try (TestBreakwater breakwater = TestBreakwater.startIn(toml, folder);
                    RawClient client = breakwater.client()) {
                client.get("/").response();
                inFlight(breakwater, 0);
                hit(client, "/");
            }
            try (TestBreakwater breakwater = TestBreakwater.startIn(toml, folder);
                    RawClient client = breakwater.client()) {
                Message kept = get(client, "/");
                assertThat(isHit(kept.head())).isTrue();
                assertThat(kept.body()).isEqualTo(BODY);
                assertThat(origin.exchanges()).hasSize(7);
            }
        }
    }

    @Test
    void aSliceThatIsLostIsFetchedAgain(@TempDir Path folder) throws Exception {
        byte[] body = new byte[LENGTH];
        new Random(20261126).nextBytes(body);
        try (FakeOrigin origin = FakeOrigin.start(new RangedOrigin(body, TAG, FRESH))) {
            String toml = caching(origin, SLICE).toml();
            try (TestBreakwater breakwater = TestBreakwater.startIn(toml, folder);
                    RawClient client = breakwater.client()) {
                client.get("/").response();
                inFlight(breakwater, 0);
                hit(client, "/");
            }
            damage(folder.resolve("cache/blocks"), Arrays.copyOfRange(body, 50_000, 50_100));
            int before = origin.exchanges().size();
            try (TestBreakwater breakwater = TestBreakwater.startIn(toml, folder);
                    RawClient client = breakwater.client()) {
                assertThat(get(client, "/").body()).isEqualTo(body);
                List<String> all = asked(origin);
                assertThat(all.subList(before, all.size())).isEqualTo(slices(3));
            }
        }
    }

    /// Changes bytes of a file, wherever they stand in it.
    private static void damage(Path file, byte[] bytes) throws Exception {
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            MappedByteBuffer mapped = channel.map(READ_WRITE, 0, channel.size());
            ByteBuffer wanted = ByteBuffer.wrap(bytes);
            int at = 0;
            while (mapped.slice(at, bytes.length).mismatch(wanted) >= 0) at++;
            mapped.put(at, (byte) ~mapped.get(at));
            mapped.force();
        }
    }

    @Test
    void withoutSlicesTheWholeTakesTheirPlace() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(pattern(FRESH));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            get(client, "/", "Range: bytes=0-9");
            inFlight(breakwater, 0);
            hit(client, "/", "Range: bytes=0-9");
            breakwater.apply(caching(origin, "slice = \"off\"").toml());
            assertThat(client.get("/").response().body()).isEqualTo(BODY);
            assertThat(hit(client, "/").body()).isEqualTo(BODY);
            assertThat(asked(origin)).containsExactly(slices(0).getFirst(), "-");
        }
    }

    @Test
    void anyRangesOfAnyBodyAreItsBytes() throws Exception {
        Random random = new Random(20261126);
        for (int round = 0; round < 8; round++) {
            byte[] body = new byte[1 + random.nextInt(6 * 4096 + 2)];
            random.nextBytes(body);
            try (FakeOrigin origin = FakeOrigin.start(new RangedOrigin(body, TAG, FRESH));
                    TestBreakwater breakwater = caching(origin, "slice = \"4kb\"").start();
                    RawClient client = breakwater.client()) {
                for (int i = 0; i < 40; i++) {
                    int first = random.nextInt(body.length);
                    int last = first + random.nextInt(body.length - first);
                    boolean open = random.nextInt(4) == 0;
                    Message answer =
                            get(client, "/", "Range: bytes=" + first + "-" + (open ? "" : last));
                    int end = open ? body.length : last + 1;
                    assertThat(answer.status()).isEqualTo(206);
                    assertThat(answer.body())
                            .as("%d-%d of %d", first, end, body.length)
                            .isEqualTo(Arrays.copyOfRange(body, first, end));
                }
                assertThat(client.get("/").response().body()).isEqualTo(body);
            }
        }
    }

    @Test
    void nginxHasSlices(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("large"), BODY);
        int port = Nginx.freePort();
        String server =
                "listen 127.0.0.1:"
                        + port
                        + "; root "
                        + folder
                        + "; etag on; add_header Cache-Control max-age=60;";
        try (Nginx nginx = Nginx.start(folder.resolve("nginx"), server);
                TestBreakwater breakwater =
                        Setup.ofNodes("[\"127.0.0.1:" + port + "\"]")
                                .location("cache = \"pages\"")
                                .more("[cache-policies.pages]\ndebug-headers = true\n" + SLICE)
                                .start();
                RawClient client = breakwater.client()) {
            assertThat(get(client, "/large", "Range: bytes=40000-50000").body())
                    .isEqualTo(part(40000, 50000));
            assertThat(client.get("/large").response().body()).isEqualTo(BODY);
            inFlight(breakwater, 0);
            assertThat(hit(client, "/large").body()).isEqualTo(BODY);
            assertThat(nginx.log(7))
                    .hasSize(7)
                    .allSatisfy(line -> assertThat(line).endsWith(" 206"));
            // Changed behind its back: what is stored is not mixed with what is new.
            byte[] other = Arrays.copyOfRange(BODY, 1, LENGTH);
            Files.write(folder.resolve("large"), other);
            assertThat(get(client, "/large", "Cache-Control: no-cache").body()).isEqualTo(other);
        }
    }

    @Test
    void aWholeResponseBeforeThePolicyHadSlicesIsGoodStill() throws Exception {
        try (FakeOrigin origin = FakeOrigin.answering(answer("x", FRESH));
                TestBreakwater breakwater = caching(origin).start();
                RawClient client = breakwater.client()) {
            hit(client, "/");
            breakwater.apply(caching(origin, SLICE).toml());
            assertThat(isHit(client.get("/").response().head())).isTrue();
        }
    }
}
