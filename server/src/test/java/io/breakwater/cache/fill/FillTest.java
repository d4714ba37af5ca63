package io.breakwater.cache.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Piece;
import io.breakwater.cache.store.BlockStore;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.Label;
import io.breakwater.cache.store.Scope;
import io.breakwater.cache.store.StoreSettings;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.exchange.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only shows when two things happen in one moment.
class FillTest {
    private static final Key KEY = new Key(1, 2);
    private static final String URL = "http://example.test/";

    @TempDir private Path folder;
    private BlockStore store;
    private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();

    @BeforeEach
    void open() throws Exception {
        scheduler.start();
        store =
                BlockStore.open(
                        StoreSettings.of(
                                List.of(
                                        new StoreSettings.BlockFile(
                                                folder.resolve("blocks"), 4L << 20)),
                                folder.resolve("purges"),
                                4096));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        scheduler.stop();
    }

    /// Every response is stored, if it is not longer than so much.
    private static final class Always implements Judge<String> {
        private final long length;
        private final long most;
        private final AtomicInteger tooLong = new AtomicInteger();

        Always(long length, long most) {
            this.length = length;
            this.most = most;
        }

        @Override
        public Verdict<String> judge(@Nullable Response response) {
            Label label = new Label(KEY, URL, "example.test", List.of());
            return new Verdict<>(
                    "head", length, new Place(label, ByteBuffer.wrap(new byte[] {1}), most), false);
        }

        @Override
        public void tooLong() {
            tooLong.incrementAndGet();
        }
    }

    /// Reads when it is told to.
    private static final class Reading implements Guest<String> {
        private @Nullable Body body;
        private @Nullable ErrorKind failure;

        @Override
        public void arrived(Fill<String> fill) {
            body = fill.read();
        }

        @Override
        public void failed(ErrorKind kind) {
            failure = kind;
        }

        Body body() {
            Body found = body;
            if (found == null) throw new AssertionError("not told: " + failure);
            return found;
        }

        String read(long from) {
            Piece piece = body().read(from, 1000);
            if (piece == null) return "";
            String text = StandardCharsets.US_ASCII.decode(piece.bytes()).toString();
            piece.release();
            return text;
        }
    }

    private Fill<String> fill(Judge<String> judge, long keep) {
        return new Fill<>(
                new Fill.Settings(
                        store, new Fill.Threads(scheduler, Runnable::run), keep, new FillFigures()),
                store.ticket(),
                judge,
                done -> {});
    }

    @SuppressWarnings("NullAway") // the judge does not look
    private static void head(Fill<String> fill) {
        fill.head(null);
    }

    private static void content(Fill<String> fill, String text) {
        fill.content(
                ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)),
                Retainable.NON_RETAINABLE);
    }

    private static void settled(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(1)).until(condition);
    }

    private boolean isStored() {
        try (StoredObject found = store.open(KEY)) {
            return found != null;
        }
    }

    @Test
    void nobodyJoinsWhatIsAboutToBeEnded() {
        Fill<String> fill = fill(new Always(1_000_000, Long.MAX_VALUE), 0);
        List<Boolean> joined = new ArrayList<>();
        // In the moment between "nobody is left" and the end.
        fill.abortBy(() -> {
            joined.add(fill.join(new Reading()));
            fill.end(ErrorKind.CLIENT_LEFT);
        });
        Reading only = new Reading();
        fill.join(only);
        head(fill);
        content(fill, "beginning");
        only.body().close();
        assertThat(joined).containsExactly(false);
        assertThat(isStored()).isFalse();
    }

    @Test
    void aGuestMayLeaveWhileOthersAreTold() {
        Fill<String> fill = fill(new Always(5, Long.MAX_VALUE), Long.MAX_VALUE);
        Reading second = new Reading();
        fill.join(
                new Guest<>() {
                    @Override
                    public void arrived(Fill<String> from) {
                        fill.leave(second);
                    }

                    @Override
                    public void failed(ErrorKind kind) {
                        throw new AssertionError(kind);
                    }
                });
        fill.join(second);
        head(fill);
        content(fill, "hello");
        fill.end(null);
        assertThat(second.read(0)).isEqualTo("hello");
        second.body().close();
        settled(this::isStored);
    }

    @Test
    void oneGuestsMistakeIsNoneOfTheOthers() {
        Fill<String> fill = fill(new Always(5, Long.MAX_VALUE), Long.MAX_VALUE);
        fill.join(
                new Guest<>() {
                    @Override
                    public void arrived(Fill<String> from) {
                        throw new IllegalStateException("a mistake");
                    }

                    @Override
                    public void failed(ErrorKind kind) {
                        throw new AssertionError(kind);
                    }
                });
        Reading second = new Reading();
        fill.join(second);
        head(fill);
        content(fill, "hello");
        fill.end(null);
        assertThat(second.read(0)).isEqualTo("hello");
        second.body().close();
        settled(this::isStored);
    }

    @Test
    void goingBackToWhatIsGoneIsAFailureAndNoMistake() {
        Always judge = new Always(-1, 4);
        Fill<String> fill = fill(judge, Long.MAX_VALUE);
        Reading only = new Reading();
        fill.join(only);
        head(fill);
        content(fill, "hello");
        assertThat(judge.tooLong).hasValue(1);
        content(fill, "world");
        assertThat(only.read(5)).isEqualTo("world");
        assertThat(only.read(0)).isEmpty();
        assertThat(only.body().failure()).isEqualTo(ErrorKind.INTERNAL);
        only.body().close();
        fill.end(null);
        assertThat(isStored()).isFalse();
    }

    /// A purge between the last byte and the moment in which the object can be found.
    @Test
    void aPurgeReachesWhatIsBeingCommitted() throws IOException {
        for (int i = 0; i < 100; i++) {
            Fill<String> fill = fill(new Always(5, Long.MAX_VALUE), Long.MAX_VALUE);
            Reading only = new Reading();
            fill.join(only);
            head(fill);
            content(fill, "hello");
            fill.end(null);
            store.purgeSoon(new Scope.Url(URL));
            fill.outdate();
            only.body().close();
            settled(() -> store.figures().writings() == 0);
            assertThat(isStored()).isFalse();
        }
    }

    @Test
    void roomComesBackWhenTheDiskHasCaughtUp() {
        Fill<String> fill = fill(new Always(-1, Long.MAX_VALUE), Long.MAX_VALUE);
        Reading only = new Reading();
        fill.join(only);
        head(fill);
        AtomicInteger rooms = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            content(fill, "0123456789".repeat(1000));
            fill.room(Callback.from(rooms::incrementAndGet));
            int told = i + 1;
            settled(() -> rooms.get() == told);
        }
        fill.end(null);
        only.body().close();
        settled(this::isStored);
        try (StoredObject found = store.open(KEY)) {
            assertThat(found).isNotNull();
        }
    }
}
