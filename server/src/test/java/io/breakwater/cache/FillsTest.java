package io.breakwater.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.fill.Fill;
import io.breakwater.cache.fill.FillFigures;
import io.breakwater.cache.fill.Guest;
import io.breakwater.cache.fill.Judge;
import io.breakwater.cache.policy.CacheKey;
import io.breakwater.cache.store.BlockStore;
import io.breakwater.cache.store.Key;
import io.breakwater.cache.store.StoreSettings;
import io.breakwater.exchange.ErrorKind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who joins whom.
@Timeout(60)
class FillsTest {
    private static final Key KEY = new Key(1, 2);
    private static final CacheKey PRIMARY = new CacheKey(1, 2, "GET http://example.test/");

    @TempDir private Path folder;
    private final Fills fills = new Fills();
    private final AtomicInteger made = new AtomicInteger();

    /// Who enters in the very moment in which another one makes a fill waits for that, and then
    /// joins it.
    @Test
    void whoAsksInTheSameMomentJoins() throws Exception {
        try (BlockStore store =
                BlockStore.open(
                        StoreSettings.of(
                                List.of(
                                        new StoreSettings.BlockFile(
                                                folder.resolve("blocks"), 4L << 20)),
                                folder.resolve("purges"),
                                4096))) {
            Entering one = new Entering(store);
            Entering other = new Entering(store);
            one.other = other.thread;
            other.other = one.thread;
            one.thread.start();
            other.thread.start();
            one.thread.join();
            other.thread.join();
            assertThat(made).hasValue(1);
            assertThat(one.own == null).isNotEqualTo(other.own == null);
            for (Entering entered : List.of(one, other))
                if (entered.own != null) entered.own.withdraw(new FillHead.Stored());
            assertThat(one.told.get()).isEqualTo(1);
            assertThat(other.told.get()).isEqualTo(1);
        }
    }

    /// One who asks, on a thread of its own.
    private final class Entering implements Guest<FillHead> {
        private final Thread thread = new Thread(this::enter);
        private final BlockStore store;
        private volatile @Nullable Thread other;
        private volatile @Nullable Fill<FillHead> own;
        private final AtomicInteger told = new AtomicInteger();

        Entering(BlockStore store) {
            this.store = store;
        }

        private void enter() {
            own = fills.enter(KEY, PRIMARY, this, this::make);
        }

        /// Makes a fill when the other one is where it can be no other's guest yet.
        private Fill<FillHead> make() {
            made.incrementAndGet();
            while (made.get() < 2 && !isWaiting(other)) Thread.onSpinWait();
            return new Fill<>(
                    new Fill.Settings(
                            store,
                            new Fill.Threads(new ScheduledExecutorScheduler(), Runnable::run),
                            0,
                            new FillFigures()),
                    store.ticket(),
                    new Unasked(),
                    done -> {});
        }

        private static boolean isWaiting(@Nullable Thread thread) {
            return thread != null && thread.getState() == Thread.State.BLOCKED;
        }

        @Override
        public void arrived(Fill<FillHead> fill) {
            told.incrementAndGet();
        }

        @Override
        public void failed(ErrorKind kind) {
            throw new AssertionError(kind);
        }
    }

    private static final class Unasked implements Judge<FillHead> {
        @Override
        public Verdict<FillHead> judge(Response response) {
            throw new AssertionError("no response came");
        }

        @Override
        public void tooLong() {
            throw new AssertionError("no body came");
        }
    }
}
