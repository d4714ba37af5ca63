package io.breakwater.wire;

import static io.breakwater.wire.CacheKit.FRESH;
import static io.breakwater.wire.CacheKit.caching;
import static io.breakwater.wire.CacheKit.get;
import static io.breakwater.wire.CacheKit.hit;
import static io.breakwater.wire.CacheKit.inFlight;
import static io.breakwater.wire.CacheKit.patternBytes;
import static io.breakwater.wire.CacheKit.send;
import static io.breakwater.wire.CacheSliceTest.LENGTH;
import static io.breakwater.wire.CacheSliceTest.SLICE;
import static io.breakwater.wire.CacheSliceTest.TAG;
import static io.breakwater.wire.CacheSliceTest.part;
import static io.breakwater.wire.CacheSliceTest.slices;
import static io.breakwater.wire.RangedOrigin.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.testing.BodyReader;
import io.breakwater.testing.Ending;
import io.breakwater.testing.FakeOrigin;
import io.breakwater.testing.Message;
import io.breakwater.testing.OriginExchange;
import io.breakwater.testing.RawClient;
import io.breakwater.testing.TestBreakwater;
import io.breakwater.testing.WireTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Slices of responses that change, of upstreams that fail, and for several clients at once.
@WireTest
class CacheSliceFaultTest {
    private static final byte[] BODY = patternBytes(LENGTH);
    private static final byte[] OTHER = Arrays.copyOfRange(patternBytes(LENGTH + 1), 1, LENGTH);
    private static final RangedOrigin OLD = new RangedOrigin(BODY, TAG, FRESH);
    private static final RangedOrigin NEW = new RangedOrigin(OTHER, "\"2\"", FRESH);

    /// Serves one slice otherwise.
    private static FakeOrigin.Behaviour but(int number, FakeOrigin.Behaviour otherwise) {
        String range = "bytes=" + slices(number).getFirst();
        return exchange -> {
            boolean one = range.equals(exchange.head().field("Range"));
            (one ? otherwise : OLD).serve(exchange);
        };
    }

    private static void known(RawClient client) throws Exception {
        get(client, "/", "Range: bytes=0-9");
        hit(client, "/", "Range: bytes=0-9");
    }

    /// What came of a body before it broke off is that of the old one.
    private static void endsShort(Message answer, int most) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.ending()).isNotEqualTo(Ending.COMPLETE);
        assertThat(answer.body().length).isLessThan(most);
        assertThat(answer.body()).isEqualTo(Arrays.copyOf(BODY, answer.body().length));
    }

    @Test
    void whoNeedsTheSameSliceSharesIt() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour waiting =
                exchange -> {
                    go.await();
                    OLD.serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(but(2, waiting));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient one = breakwater.client();
                RawClient other = breakwater.client();
                RawClient third = breakwater.client()) {
            one.get("/");
            BodyReader body = one.body(one.head());
            origin.exchange(3);
            other.get("/");
            BodyReader second = other.body(other.head());
            send(third, "GET", "/", "Range: bytes=40000-60000");
            // All three wait for the third slice now.
            assertThat(second.read(30_000)).isEqualTo(text(0, 29_999));
            go.countDown();
            assertThat(body.read(LENGTH)).isEqualTo(text(0, LENGTH - 1));
            assertThat(second.read(LENGTH - 30_000)).isEqualTo(text(30_000, LENGTH - 1));
            assertThat(third.response().body()).isEqualTo(part(40_000, 60_000));
            assertThat(asked(origin))
                    .containsExactlyInAnyOrderElementsOf(slices(0, 1, 2, 3, 4, 5, 6));
        }
    }

    private static String text(int first, int last) {
        return new String(part(first, last), StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatChangesMidwayEndsShort() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(but(3, NEW));
                TestBreakwater breakwater = caching(origin, SLICE).start()) {
            try (RawClient client = breakwater.client()) {
                endsShort(client.get("/").response(), 3 * CacheSliceTest.BYTES + 1);
            }
            origin.behave(NEW);
            try (RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().body()).isEqualTo(OTHER);
                inFlight(breakwater, 0);
                assertThat(hit(client, "/").body()).isEqualTo(OTHER);
            }
        }
    }

    @Test
    void whatChangedBeforeAnythingWasSentBeginsAnew() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OLD);
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            known(client);
            origin.behave(NEW);
            Message answer = get(client, "/", "Range: bytes=40000-40009");
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.head().field("ETag")).isEqualTo("\"2\"");
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(OTHER, 40_000, 40_010));
            assertThat(client.get("/").response().body()).isEqualTo(OTHER);
        }
    }

    /// An origin that does not look at If-Range.
    @Test
    void partsOfAnotherAreNoSlices() throws Exception {
        FakeOrigin.Behaviour careless =
                exchange -> {
                    exchange.readAll();
                    exchange.send(
                            "HTTP/1.1 206 Partial Content\r\nETag: \"2\"\r\n"
                                    + FRESH
                                    + "\r\nContent-Range: bytes 32768-49151/100000\r\n"
                                    + "Content-Length: 16384\r\n\r\n"
                                    + "x".repeat(16384));
                };
        try (FakeOrigin origin = FakeOrigin.start(but(2, careless));
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            endsShort(client.get("/").response(), 2 * CacheSliceTest.BYTES + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUpstreamThatDiesInASliceEndsTheAnswer(boolean atItsHead) throws Exception {
        FakeOrigin.Behaviour dying = atItsHead ? OriginExchange::reset : OLD::breakOff;
        try (FakeOrigin origin = FakeOrigin.start(but(3, dying));
                TestBreakwater breakwater = caching(origin, SLICE).start()) {
            try (RawClient client = breakwater.client()) {
                endsShort(client.get("/").response(), 3 * CacheSliceTest.BYTES + 101);
            }
            inFlight(breakwater, 0);
            origin.behave(OLD);
            int before = origin.exchanges().size();
            try (RawClient client = breakwater.client()) {
                assertThat(client.get("/").response().body()).isEqualTo(BODY);
                List<String> all = asked(origin);
                assertThat(all.subList(before, all.size()))
                        .contains(slices(3).getFirst())
                        .doesNotContainAnyElementsOf(slices(0, 1, 2));
            }
        }
    }

    @Test
    void failuresBeforeTheFirstByteAreToldAsSuch() throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OLD);
                TestBreakwater breakwater = caching(origin, SLICE).start();
                RawClient client = breakwater.client()) {
            known(client);
            origin.behave(OriginExchange::reset);
            assertThat(get(client, "/", "Range: bytes=40000-40009").status()).isEqualTo(502);
            String own = "HTTP/1.1 500 Own\r\nContent-Length: 3\r\n\r\nown";
            origin.behave(FakeOrigin.answer(own));
            Message answer = get(client, "/", "Range: bytes=40000-40009");
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).isEqualTo("own");
            assertThat(get(client, "/", "Range: bytes=3-4").body()).isEqualTo(part(3, 4));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PURGE", "POST"})
    void nothingOfBeforeAPurgeIsUsed(String method) throws Exception {
        try (FakeOrigin origin = FakeOrigin.start(OLD);
                TestBreakwater breakwater =
                        caching(origin, SLICE, "purge-from = [\"127.0.0.1\"]").start();
                RawClient client = breakwater.client()) {
            client.get("/").response();
            inFlight(breakwater, 0);
            hit(client, "/");
            send(client, method, "/", "Content-Length: 0");
            client.response();
            int before = origin.exchanges().size();
            assertThat(client.get("/").response().body()).isEqualTo(BODY);
            List<String> all = asked(origin);
            assertThat(all.subList(before, all.size()))
                    .containsExactlyInAnyOrderElementsOf(slices(0, 1, 2, 3, 4, 5, 6));
        }
    }

    /// What was begun before a purge is sent to its end: it is the same response still.
    @Test
    void aPurgeInTheMiddleBreaksNoAnswerOff() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour waiting =
                exchange -> {
                    go.await();
                    OLD.serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(but(2, waiting));
                TestBreakwater breakwater =
                        caching(origin, SLICE, "purge-from = [\"127.0.0.1\"]").start();
                RawClient client = breakwater.client();
                RawClient other = breakwater.client()) {
            client.get("/");
            BodyReader body = client.body(client.head());
            origin.exchange(3);
            send(other, "PURGE", "/");
            assertThat(other.response().status()).isEqualTo(200);
            origin.behave(OLD);
            go.countDown();
            assertThat(body.read(LENGTH)).isEqualTo(text(0, LENGTH - 1));
            inFlight(breakwater, 0);
            // The third was asked for before the purge.
            int before = origin.exchanges().size();
            assertThat(other.get("/").response().body()).isEqualTo(BODY);
            List<String> all = asked(origin);
            assertThat(all.subList(before, all.size()))
                    .contains(slices(0, 1, 2).toArray(new String[0]));
        }
    }

    @Test
    void aClientThatLeavesLeavesNothingBehind() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        FakeOrigin.Behaviour waiting =
                exchange -> {
                    go.await();
                    OLD.serve(exchange);
                };
        try (FakeOrigin origin = FakeOrigin.start(but(1, waiting));
                TestBreakwater breakwater = caching(origin, SLICE).start()) {
            try (RawClient client = breakwater.client()) {
                client.get("/").body(client.head()).read(100);
                client.reset();
            }
            await().until(() -> breakwater.engine().inFlight() <= 1);
            go.countDown();
            inFlight(breakwater, 0);
            // No more than the one that was waited for and the one behind it.
            assertThat(asked(origin))
                    .contains(slices(1).getFirst())
                    .doesNotContainAnyElementsOf(slices(3, 4, 5, 6));
        }
    }
}
