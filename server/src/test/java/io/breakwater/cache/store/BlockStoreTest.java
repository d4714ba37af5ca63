package io.breakwater.cache.store;

import static io.breakwater.cache.store.StoreKit.BLOCK;
import static io.breakwater.cache.store.StoreKit.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Writing, finding and reading objects, in one process and over restarts.
class BlockStoreTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 3000, BLOCK, 2 * BLOCK, 100_000, 1_000_000})
    void readsWhatWasWrittenBeforeAndAfterARestart(int length) {
        try (StoreKit kit = StoreKit.of(folder, 1024)) {
            kit.put(1, body(1, length));
            assertThat(kit.get(1)).isEqualTo(body(1, length));
            assertThat(kit.file(0).loads()).as("no load after a write").isZero();

            kit.restart();

            assertThat(kit.get(1)).isEqualTo(body(1, length));
            try (StoredObject object = kit.ready(1)) {
                assertThat(text(object.head())).isEqualTo("head 1");
                assertThat(object.url()).isEqualTo("https://h.test/1");
                assertThat(object.mustValidate()).isFalse();
                assertThat(object.bodyLength()).isEqualTo(length);
            }
        }
    }

    @Test
    void storesBodiesWhoseLengthIsNotKnownAtFirst() {
        try (StoreKit kit = StoreKit.of(folder, 1024)) {
            int free = kit.file(0).freeBlocks();
            for (int i = 1; i <= 20; i++) {
                byte[] body = body(i, i * 3333);
                assertThat(kit.store(StoreKit.label(i), "head", body, -1)).isNull();
                assertThat(kit.get(i)).isEqualTo(body);
            }
            int used = 0;
            for (int i = 1; i <= 20; i++) used += (i * 3333 + 64 * 7 + BLOCK - 1) / BLOCK;
            assertThat(free - kit.file(0).freeBlocks()).isEqualTo(used);
        }
    }

    @Test
    void takesHeadsOfManyBlocks() {
        try (StoreKit kit = StoreKit.of(folder, 256)) {
            String head = "x".repeat(50_000);
            assertThat(kit.store(StoreKit.label(1), head, body(1, 20_000), 20_000)).isNull();
            assertThat(kit.store(StoreKit.label(2), head, body(2, 0), -1)).isNull();

            for (int round = 0; round < 2; round++) {
                try (StoredObject object = kit.ready(1)) {
                    assertThat(text(object.head())).isEqualTo(head);
                    assertThat(StoreKit.read(object)).isEqualTo(body(1, 20_000));
                }
                try (StoredObject object = kit.ready(2)) {
                    assertThat(text(object.head())).isEqualTo(head);
                    assertThat(object.bodyLength()).isZero();
                }
                kit.restart();
            }
        }
    }

    @Test
    void refusesWhatIsTooLarge() {
        try (StoreKit kit = StoreKit.of(folder, 64);
                Ticket ticket = kit.store().ticket()) {
            ByteBuffer head = StoreKit.head("h");
            assertThat(
                            kit.store()
                                    .begin(
                                            ticket,
                                            StoreKit.label(1),
                                            head,
                                            40 * BLOCK,
                                            new Recorder()))
                    .isNull();
            ByteBuffer huge = ByteBuffer.allocate(600_000);
            assertThat(kit.store().begin(ticket, StoreKit.label(1), huge, 1, new Recorder()))
                    .isNull();
            assertThat(kit.store().figures().refusedWritings()).isEqualTo(2);
            assertThat(kit.store().figures().openTickets()).isEqualTo(1);
            assertThat(kit.store(StoreKit.label(1), "h", body(1, 40 * BLOCK), -1))
                    .isEqualTo(StoreFailure.NO_ROOM);
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void replacesAndKeepsTheOldBytesForWhoReadsThem() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 3 * BLOCK));
            try (StoredObject old = kit.ready(1)) {
                kit.put(1, body(2, 5 * BLOCK));
                for (int i = 2; i < 30; i++) kit.put(i, body(i, 2 * BLOCK));
                assertThat(StoreKit.read(old)).isEqualTo(body(1, 3 * BLOCK));
            }
            kit.put(1, body(3, 10));
            assertThat(kit.get(1)).isEqualTo(body(3, 10));
            kit.restart();
            assertThat(kit.get(1)).isEqualTo(body(3, 10));
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void keepsTheNewerOfTwoWritings() {
        try (StoreKit kit = StoreKit.of(folder, 64);
                Ticket early = kit.store().ticket()) {
            kit.put(1, body(1, 100));
            Recorder recorder = new Recorder();
            try (Writing writing = kit.begin(early, StoreKit.label(1), "h", 5, recorder)) {
                StoreKit.append(writing, recorder, body(2, 5));
                writing.commit();
                assertThat(recorder.await()).isEqualTo(StoreFailure.OUTDATED);
            }
            assertThat(kit.get(1)).isEqualTo(body(1, 100));
        }
    }

    @Test
    void showsABodyWhileItIsWritten() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            byte[] body = body(1, 30_000);
            Recorder recorder = new Recorder();
            Ticket ticket = kit.store().ticket();
            Writing writing = kit.begin(ticket, StoreKit.label(1), "h", -1, recorder);
            StoreKit.append(writing, recorder, body);
            // Whole pages are written.
            Waiting.until(() -> writing.visible() > body.length - 4096);
            int visible = (int) writing.visible();
            assertThat(kit.get(1)).as("before the commit").isNull();
            assertThat(bytes(writing, visible)).isEqualTo(Arrays.copyOf(body, visible));

            writing.commit();
            assertThat(recorder.await()).isNull();
            // Gone from the index, but still there for the readers of the writing.
            try (StoredObject object = kit.ready(1)) {
                assertThat(kit.store().remove(object)).isTrue();
                assertThat(kit.store().remove(object)).isFalse();
            }
            for (int i = 2; i < 40; i++) kit.put(i, body(i, 2 * BLOCK));
            assertThat(bytes(writing, body.length)).isEqualTo(body);
            writing.close();
            writing.close();
            Waiting.until(() -> kit.store().figures().writings() == 0);
            assertThat(kit.store().figures().openTickets()).isZero();
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void givesBackTheBlocksOfWhatIsNotCommitted() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            int free = kit.file(0).freeBlocks();
            Recorder recorder = new Recorder();
            try (Writing writing =
                    kit.begin(kit.store().ticket(), StoreKit.label(1), "h", 50_000, recorder)) {
                StoreKit.append(writing, recorder, body(1, 30_000));
                Waiting.until(() -> writing.visible() > 0);
                assertThat(kit.file(0).freeBlocks()).isLessThan(free);
            }
            Waiting.until(() -> kit.file(0).freeBlocks() == free);
            assertThat(kit.store().figures().openTickets()).isZero();
            assertThat(recorder.isTold()).isFalse();
        }
    }

    @Test
    void evictsWhenItIsFull() {
        try (StoreKit kit = StoreKit.of(folder, 128)) {
            for (int i = 0; i < 500; i++) {
                kit.put(i, body(i, i % 7 * 3000));
                assertThat(kit.get(i)).isEqualTo(body(i, i % 7 * 3000));
            }
            assertThat(kit.file(0).evictions()).isPositive();
            int present = 0;
            for (int i = 0; i < 500; i++) {
                byte[] body = kit.get(i);
                if (body == null) continue;
                present++;
                assertThat(body).isEqualTo(body(i, i % 7 * 3000));
            }
            assertThat(present).isBetween(20, 127).isEqualTo(kit.file(0).objects());
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void usesAllFiles() {
        try (StoreKit kit = StoreKit.of(folder, 64, 3)) {
            for (int i = 0; i < 60; i++) kit.put(i, body(i, 6000));
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 60; i++) assertThat(kit.get(i)).isEqualTo(body(i, 6000));
                for (int file = 0; file < 3; file++)
                    assertThat(kit.file(file).objects()).isEqualTo(20);
                kit.restart();
            }
        }
    }

    @Test
    void dropsWhatIsDamaged() throws IOException {
        byte[] body = body(1, 10 * BLOCK);
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body);
            kit.put(2, body(2, 100));
            kit.put(3, body(3, 100));
        }
        damage(folder.resolve("blocks0"), 5 * BLOCK + 100);
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            assertThat(kit.get(1)).as("damaged in the middle").isNull();
            assertThat(kit.store().open(StoreKit.key(1))).isNull();
            assertThat(kit.get(2)).isEqualTo(body(2, 100));
            assertThat(kit.file(0).checksumFailures()).isEqualTo(1);
            kit.put(1, body);
            assertThat(kit.get(1)).isEqualTo(body);
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void readsTheWholePartsOfWhatIsDamaged() throws IOException {
        byte[] body = body(1, 10 * BLOCK);
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body);
        }
        damage(folder.resolve("blocks0"), 5 * BLOCK + 100);
        try (StoreKit kit = StoreKit.of(folder, 64);
                StoredObject object = kit.ready(1)) {
            Recorder recorder = new Recorder();
            object.load(8 * BLOCK, 1000, recorder);
            assertThat(recorder.await()).isNull();
            ByteBuffer piece = Objects.requireNonNull(object.read(8 * BLOCK, 1000));
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            assertThat(bytes).isEqualTo(Arrays.copyOfRange(body, 8 * BLOCK, 8 * BLOCK + 1000));
        }
    }

    @Test
    void beginsEmptyWithFilesOfAnotherShape() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 100));
        }
        try (StoreKit kit = StoreKit.of(folder, 65)) {
            assertThat(kit.get(1)).isNull();
            kit.put(1, body(1, 100));
        }
        try (StoreKit kit = StoreKit.of(folder, 65)) {
            assertThat(kit.get(1)).isEqualTo(body(1, 100));
        }
    }

    @Test
    void holdsItsFilesForItselfAlone() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 100));
            try (BlockStore second = BlockStore.open(StoreKit.settings(folder, 64, 1))) {
                assertThat(second.figures().files().getFirst().suspended())
                        .contains("in use by another process or store");
                assertThat(second.open(StoreKit.key(1))).isNull();
            }
            assertThat(kit.get(1)).isEqualTo(body(1, 100));
        }
    }

    @Test
    void settingsNameWhatIsWrong() {
        assertThatThrownBy(() ->
                        StoreSettings.of(
                                List.of(new StoreSettings.BlockFile(folder, 1 << 20)),
                                folder,
                                5000))
                .hasMessage("block-size: 5000 (expected: a power of two, 4kb to 1mb)");
        assertThatThrownBy(() -> StoreSettings.of(List.of(), folder, 4096))
                .hasMessageStartingWith("files: none");
    }

    private static void damage(Path file, long position) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position);
            int old = bytes.read();
            bytes.seek(position);
            bytes.write(old ^ 1);
        }
    }

    private static byte[] bytes(Writing writing, int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            ByteBuffer piece = Objects.requireNonNull(writing.read(at, 5000));
            int got = piece.remaining();
            piece.get(bytes, at, got);
            at += got;
        }
        return bytes;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
