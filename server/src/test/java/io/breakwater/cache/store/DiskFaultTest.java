package io.breakwater.cache.store;

import static io.breakwater.cache.store.StoreKit.BLOCK;
import static io.breakwater.cache.store.StoreKit.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.store.StoreSettings.BlockFile;
import io.breakwater.testing.Tmpfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks that fail, are full or hang.
class DiskFaultTest {
    @TempDir private Path folder;

    @Test
    void suspendsAFileThatCannotBeWrittenAndTriesAgain() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 3 * BLOCK));
            kit.channels().failWrites("No space left on device");
            for (int i = 2; i < 5; i++)
                assertThat(kit.store(StoreKit.label(i), "h", body(i, 3 * BLOCK), -1))
                        .isEqualTo(StoreFailure.IO_ERROR);
            assertThat(kit.store().figures().files().getFirst().suspended())
                    .contains("No space left on device");
            assertThat(canBegin(kit)).as("suspended").isFalse();
            assertThat(kit.get(1)).as("still read").isEqualTo(body(1, 3 * BLOCK));

            kit.clock().forward(Duration.ofSeconds(1));
            assertThat(kit.store(StoreKit.label(5), "h", body(5, 100), -1))
                    .as("tried once")
                    .isEqualTo(StoreFailure.IO_ERROR);
            kit.clock().forward(Duration.ofSeconds(1));
            assertThat(canBegin(kit)).as("the pause has doubled").isFalse();

            kit.channels().failWrites(null);
            kit.clock().forward(Duration.ofSeconds(1));
            kit.put(5, body(5, 100));
            assertThat(kit.store().figures().files().getFirst().suspended()).isNull();
            assertThat(kit.store().figures().files().getFirst().suspensions()).isEqualTo(1);
            kit.put(6, body(6, 100));
            assertThat(kit.get(5)).isEqualTo(body(5, 100));
            kit.assertNoBlockIsLost();
        }
    }

    private static boolean canBegin(StoreKit kit) {
        try (Ticket ticket = kit.store().ticket();
                Writing writing =
                        kit.store()
                                .begin(
                                        ticket,
                                        StoreKit.label(9),
                                        StoreKit.head("h"),
                                        -1,
                                        new Recorder())) {
            return writing != null;
        }
    }

    @Test
    void usesTheOtherFileWhenOneIsSuspended() {
        try (StoreKit kit = StoreKit.of(folder, 64, 2)) {
            kit.channels().failWrites("Input/output error");
            for (int i = 0; i < 3; i++)
                assertThat(kit.store(StoreKit.label(i), "h", body(i, 100), -1)).isNotNull();
            kit.channels().failWrites(null);
            for (int i = 0; i < 40; i++) kit.put(i, body(i, 100));
            for (int i = 0; i < 40; i++) assertThat(kit.get(i)).isEqualTo(body(i, 100));
        }
    }

    @Test
    void dropsWhatCannotBeRead() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 3 * BLOCK));
            kit.put(2, body(2, 3 * BLOCK));
            kit.restart();
            kit.channels().failReads("Input/output error");
            assertThat(kit.get(1)).isNull();
            kit.channels().failReads(null);
            assertThat(kit.get(1)).as("dropped").isNull();
            assertThat(kit.get(2)).isEqualTo(body(2, 3 * BLOCK));
            assertThat(kit.file(0).readErrors()).isEqualTo(1);
            assertThat(kit.file(0).objects()).isEqualTo(1);
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void storesNothingInAFileThatCannotBeRead() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            for (int i = 0; i < 4; i++) kit.put(i, body(i, 3 * BLOCK));
            kit.restart();
            kit.channels().failReads("Input/output error");
            for (int i = 0; i < 3; i++) assertThat(kit.get(i)).isNull();
            assertThat(kit.store().figures().files().getFirst().suspended())
                    .contains("reading fails: Input/output error");
            assertThat(canBegin(kit)).isFalse();
            kit.channels().failReads(null);
            kit.clock().forward(Duration.ofSeconds(1));
            kit.put(5, body(5, 100));
            assertThat(kit.store().figures().files().getFirst().suspended()).isNull();
            assertThat(kit.get(3)).isEqualTo(body(3, 3 * BLOCK));
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void neverWaitsForADiskThatHangs() {
        try (StoreKit kit = StoreKit.of(folder, 1024)) {
            kit.put(1, body(1, 100));
            CountDownLatch gate = new CountDownLatch(1);
            kit.channels().holdWrites(gate);
            Recorder recorder = new Recorder();
            AtomicInteger released = new AtomicInteger();
            int appended = 0;
            boolean room = true;
            try (Writing writing =
                    kit.begin(kit.store().ticket(), StoreKit.label(2), "h", -1, recorder)) {
                while (!recorder.isTold()) {
                    room &= writing.append(ByteBuffer.allocate(10_000), released::getAndIncrement);
                    appended++;
                }
                assertThat(room).as("was told to hold back").isFalse();
                assertThat(recorder.await()).isEqualTo(StoreFailure.SLOW);
                assertThat(kit.get(1)).isEqualTo(body(1, 100));
                gate.countDown();
            }
            int all = appended;
            Waiting.until(() -> released.get() == all);
            assertThat(kit.file(0).queuedBytes()).isZero();
            kit.put(2, body(2, 100));
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void tellsWhenThereIsRoomAgain() {
        try (StoreKit kit = StoreKit.of(folder, 1024)) {
            CountDownLatch gate = new CountDownLatch(1);
            kit.channels().holdWrites(gate);
            Recorder recorder = new Recorder();
            byte[] body = body(1, 1_000_000);
            try (Writing writing =
                    kit.begin(kit.store().ticket(), StoreKit.label(1), "h", -1, recorder)) {
                int at = 0;
                boolean room = true;
                while (room) {
                    room = writing.append(ByteBuffer.wrap(body, at, 10_000), () -> {});
                    at += 10_000;
                }
                assertThat(recorder.isTold()).isFalse();
                gate.countDown();
                recorder.awaitRoom();
                StoreKit.append(writing, recorder, Arrays.copyOfRange(body, at, 1_000_000));
                writing.commit();
                assertThat(recorder.await()).isNull();
            }
            assertThat(kit.get(1)).isEqualTo(body);
        }
    }

    @Test
    void opensAFileThatComesLater() throws IOException {
        Path disk = folder.resolve("disk");
        StoreSettings settings =
                new StoreSettings(
                        List.of(new BlockFile(disk.resolve("blocks"), 64 * BLOCK)),
                        folder.resolve("purges"),
                        BLOCK,
                        1 << 20,
                        1,
                        Duration.ofMillis(1));
        SettableClock clock = new SettableClock();
        try (BlockStore store = BlockStore.open(settings, clock, FileBlockChannel::new);
                Ticket ticket = store.ticket()) {
            assertThat(store.figures().files().getFirst().suspended())
                    .contains("its folder is not there");
            assertThat(
                            store.begin(
                                    ticket,
                                    StoreKit.label(1),
                                    StoreKit.head("h"),
                                    1,
                                    new Recorder()))
                    .isNull();
            Files.createDirectory(disk);
            clock.forward(Duration.ofSeconds(1));
            Waiting.until(() -> store.figures().files().getFirst().open() != null);
            assertThat(store.figures().files().getFirst().suspended()).isNull();
        }
    }

    /// A purge is forgotten when it is carried out in every file, and one that comes later is a
    /// file, too.
    @Test
    void whatWasPurgedWhileItsFileWasAwayStaysAway() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        StoreSettings settings =
                new StoreSettings(
                        List.of(new BlockFile(disk.resolve("blocks"), 64 * BLOCK)),
                        folder.resolve("purges"),
                        BLOCK,
                        1 << 20,
                        1,
                        Duration.ofMillis(1));
        SettableClock clock = new SettableClock();
        try (StoreKit kit = StoreKit.of(settings)) {
            for (int i = 0; i < 5; i++) kit.put(i, body(i, 100));
        }
        // As any clock does, by which sequences begin.
        clock.forward(Duration.ofMinutes(1));
        Path away = Files.move(disk, folder.resolve("away"));
        try (BlockStore store = BlockStore.open(settings, clock, FileBlockChannel::new)) {
            Ticket ticket = store.ticket();
            Purge purge = store.purge(new Scope.All(), Scope.Strength.HARD);
            purge.affected().toCompletableFuture().get();
            Files.move(away, disk);
            clock.forward(Duration.ofSeconds(1));
            Waiting.until(() -> store.figures().files().getFirst().open() != null);
            assertThat(store.figures().pendingPurges()).isEqualTo(1);
            for (int i = 0; i < 5; i++) assertThat(store.open(StoreKit.key(i))).isNull();
            ticket.close();
            Waiting.until(() -> store.figures().pendingPurges() == 0);
            for (int i = 0; i < 5; i++) assertThat(store.open(StoreKit.key(i))).isNull();
            assertThat(store.figures().objects()).isZero();
        }
        try (StoreKit kit = StoreKit.of(settings)) {
            for (int i = 0; i < 5; i++) assertThat(kit.get(i)).isNull();
        }
    }

    @Test
    void aDiskWithoutEnoughRoomIsLeftAlone() throws Exception {
        try (Tmpfs small = Tmpfs.mount(Files.createDirectory(folder.resolve("small")), 1 << 20)) {
            StoreSettings settings =
                    StoreSettings.of(
                            List.of(
                                    new BlockFile(small.folder().resolve("blocks"), 4 << 20),
                                    new BlockFile(folder.resolve("blocks"), 4 << 20)),
                            folder.resolve("purges"),
                            BLOCK);
            try (BlockStore store = BlockStore.open(settings);
                    Ticket ticket = store.ticket()) {
                assertThat(store.figures().files().getFirst().suspended())
                        .contains("no space left on device for 4194304 bytes");
                Writing writing =
                        store.begin(
                                ticket, StoreKit.label(1), StoreKit.head("h"), 1, new Recorder());
                assertThat(writing).as("the other file is used").isNotNull();
                if (writing != null) writing.close();
            }
        }
    }
}
