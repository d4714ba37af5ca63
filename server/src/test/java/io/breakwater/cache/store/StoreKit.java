package io.breakwater.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.store.StoreSettings.BlockFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A store in a folder, with the steps that tests take.
final class StoreKit implements AutoCloseable {
    static final int BLOCK = 4096;

    private final StoreSettings settings;
    private final FaultyChannels channels = new FaultyChannels();
    private final SettableClock clock = new SettableClock();
    private BlockStore store;

    private StoreKit(StoreSettings settings) {
        this.settings = settings;
        store = begin();
    }

    /// A store with one file of so many blocks.
    static StoreKit of(Path folder, int blocks) {
        return of(folder, blocks, 1);
    }

    static StoreKit of(StoreSettings settings) {
        return new StoreKit(settings);
    }

    static StoreKit of(Path folder, int blocks, int files) {
        return new StoreKit(settings(folder, blocks, files));
    }

    static StoreSettings settings(Path folder, int blocks, int files) {
        List<BlockFile> blockFiles = new ArrayList<>();
        for (int i = 0; i < files; i++)
            blockFiles.add(new BlockFile(folder.resolve("blocks" + i), blocks * (long) BLOCK));
        return new StoreSettings(
                blockFiles,
                folder.resolve("purges"),
                BLOCK,
                8 * 128 * 1024,
                2,
                Duration.ofMillis(1));
    }

    private BlockStore begin() {
        try {
            return BlockStore.open(settings, clock, channels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    BlockStore store() {
        return store;
    }

    FaultyChannels channels() {
        return channels;
    }

    SettableClock clock() {
        return clock;
    }

    /// Closes the store and opens it again.
    void restart() {
        shut();
        reopen();
    }

    /// Closes the store, to be opened again.
    void shut() {
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Opens the store again after it was closed.
    void reopen() {
        store = begin();
    }

    static Key key(long number) {
        return new Key(Hashes.mix(number), Hashes.mix(~number));
    }

    static Label label(long number, String... tags) {
        return new Label(key(number), "https://h.test/" + number, "h.test", List.of(tags));
    }

    static ByteBuffer head(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] body(long seed, int length) {
        byte[] body = new byte[length];
        new Random(seed).nextBytes(body);
        return body;
    }

    /// Stores an object and expects that this works.
    void put(long number, byte[] body, String... tags) {
        assertThat(store(label(number, tags), "head " + number, body, body.length)).isNull();
    }

    /// Stores an object.
    ///
    /// @param announced the length that is told at the beginning
    /// @return null when that worked
    @Nullable StoreFailure store(Label label, String head, byte[] body, long announced) {
        Recorder recorder = new Recorder();
        try (Writing writing = begin(store.ticket(), label, head, announced, recorder)) {
            append(writing, recorder, body);
            writing.commit();
            return recorder.await();
        }
    }

    /// Begins to store an object and expects that this is possible.
    Writing begin(Ticket ticket, Label label, String head, long announced, Recorder recorder) {
        Writing writing = store.begin(ticket, label, head(head), announced, recorder);
        return Objects.requireNonNull(writing, "a writing");
    }

    static void append(Writing writing, Recorder recorder, byte[] body) {
        AtomicInteger released = new AtomicInteger();
        int appended = 0;
        for (int at = 0; at < body.length && !recorder.isTold(); ) {
            int length = Math.min(body.length - at, 10_000);
            if (!writing.append(ByteBuffer.wrap(body, at, length), released::getAndIncrement))
                recorder.awaitRoom();
            appended++;
            at += length;
        }
        assertThat(released.get()).isLessThanOrEqualTo(appended);
    }

    /// The body of an object.
    ///
    /// @return null when it is not there
    byte @Nullable [] get(long number) {
        StoredObject object = open(number);
        if (object == null) return null;
        try (object) {
            return read(object);
        }
    }

    /// Opens an object and loads its head.
    @Nullable StoredObject open(long number) {
        StoredObject object = store.open(key(number));
        if (object == null || object.isReady()) return object;
        Recorder recorder = new Recorder();
        object.loadHead(recorder);
        if (recorder.await() == null) return object;
        object.close();
        return null;
    }

    /// Opens an object that is expected to be there.
    StoredObject ready(long number) {
        return Objects.requireNonNull(open(number), "an object");
    }

    /// Reads a body in odd pieces.
    ///
    /// @return null when a load failed
    static byte @Nullable [] read(StoredObject object) {
        byte[] body = new byte[(int) object.bodyLength()];
        int at = 0;
        while (at < body.length) {
            ByteBuffer piece = object.read(at, 7001);
            if (piece == null) {
                Recorder recorder = new Recorder();
                object.load(at, 7001, recorder);
                if (recorder.await() != null) return null;
                piece = Objects.requireNonNull(object.read(at, 7001), "a piece that was loaded");
            }
            int length = piece.remaining();
            piece.get(body, at, length);
            at += length;
        }
        return body;
    }

    /// Purges everything, after which all blocks must be free, and counts after a restart.
    void assertNoBlockIsLost() {
        int blocks = (int) (settings.files().getFirst().bytes() / BLOCK);
        Waiting.until(() -> store.figures().writings() == 0);
        purge(new Scope.All(), Scope.Strength.HARD);
        for (int i = 0; i < settings.files().size(); i++)
            assertThat(file(i).freeBlocks()).as("free blocks").isEqualTo(blocks - 1);
        shut();
        assertThat(Ledger.assertBalanced(settings)).isZero();
        store = begin();
    }

    /// Purges and waits until that is carried out.
    ///
    /// @return how many objects it was about
    long purge(Scope scope, Scope.Strength strength) {
        try {
            return store.purge(scope, strength)
                    .affected()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    StoreFigures.OpenFile file(int number) {
        return Objects.requireNonNull(store.figures().files().get(number).open(), "open file");
    }

    @Override
    public void close() {
        shut();
    }
}
