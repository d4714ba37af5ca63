package io.breakwater.cache.store;

import static io.breakwater.cache.store.StoreKit.BLOCK;
import static io.breakwater.cache.store.StoreKit.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.store.Scope.Strength;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// New heads for old bodies.
class FreshenTest {
    @TempDir private Path folder;

    private static @Nullable StoreFailure freshen(StoreKit kit, int number, String head) {
        try (StoredObject object = kit.ready(number)) {
            return freshen(kit, object, head);
        }
    }

    private static @Nullable StoreFailure freshen(StoreKit kit, StoredObject object, String head) {
        Recorder recorder = new Recorder();
        kit.store()
                .freshen(
                        object,
                        kit.store().ticket(),
                        StoreKit.head(head),
                        List.of("fresh"),
                        recorder);
        return recorder.await();
    }

    private static String head(StoreKit kit, int number) {
        try (StoredObject object = kit.ready(number)) {
            return StandardCharsets.UTF_8.decode(object.head()).toString();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, BLOCK - 600, BLOCK, 5 * BLOCK, 60 * BLOCK})
    void keepsTheBodyUnderANewHead(int length) {
        try (StoreKit kit = StoreKit.of(folder, 256)) {
            byte[] body = body(1, length);
            kit.put(1, body, "old");
            int free = kit.file(0).freeBlocks();
            for (String head : List.of("short", "a".repeat(200), "", "b".repeat(250))) {
                assertThat(freshen(kit, 1, head)).isNull();
                assertThat(head(kit, 1)).isEqualTo(head);
                assertThat(kit.get(1)).isEqualTo(body);
                assertThat(kit.file(0).freeBlocks()).isEqualTo(free);
                kit.restart();
                assertThat(head(kit, 1)).isEqualTo(head);
                assertThat(kit.get(1)).isEqualTo(body);
                assertThat(kit.file(0).freeBlocks()).isEqualTo(free);
            }
            assertThat(kit.store().count(new Scope.Tag("old"))).isZero();
            assertThat(kit.store().count(new Scope.Tag("fresh"))).isEqualTo(1);
            kit.assertNoBlockIsLost();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, BLOCK, 50 * BLOCK})
    void writesSmallObjectsAnewForALongHead(int length) {
        try (StoreKit kit = StoreKit.of(folder, 256)) {
            byte[] body = body(1, length);
            kit.put(1, body);
            String head = "x".repeat(9000);
            assertThat(freshen(kit, 1, head)).isNull();
            for (int round = 0; round < 2; round++) {
                assertThat(head(kit, 1)).isEqualTo(head);
                assertThat(kit.get(1)).isEqualTo(body);
                kit.restart();
            }
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void refusesALongHeadForALargeObject() {
        try (StoreKit kit = StoreKit.of(folder, 1024)) {
            byte[] body = body(1, 1_500_000);
            kit.put(1, body);
            assertThat(freshen(kit, 1, "x".repeat(9000))).isEqualTo(StoreFailure.TOO_LARGE);
            assertThat(kit.get(1)).isEqualTo(body);
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void readersOfTheOldObjectKeepAllOfItsBytes() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            byte[] body = body(1, 5 * BLOCK);
            kit.put(1, body);
            StoredObject first = kit.ready(1);
            assertThat(freshen(kit, first, "second")).isNull();
            StoredObject second = kit.ready(1);
            assertThat(freshen(kit, second, "third")).isNull();
            kit.purge(new Scope.All(), Strength.HARD);
            for (int i = 2; i < 40; i++) kit.put(i, body(i, 2 * BLOCK));
            assertThat(StoreKit.read(first)).isEqualTo(body);
            assertThat(StoreKit.read(second)).isEqualTo(body);
            assertThat(StandardCharsets.UTF_8.decode(second.head()).toString()).isEqualTo("second");
            second.close();
            for (int i = 2; i < 40; i++) kit.put(i, body(i, 2 * BLOCK));
            assertThat(StoreKit.read(first)).isEqualTo(body);
            first.close();
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void onlyTheObjectInForceCanBeFreshened() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 5 * BLOCK));
            try (StoredObject old = kit.ready(1)) {
                kit.put(1, body(2, 100));
                assertThat(freshen(kit, old, "again")).isEqualTo(StoreFailure.OUTDATED);
            }
            assertThat(kit.get(1)).isEqualTo(body(2, 100));
            assertThat(kit.store().figures().openTickets()).isZero();
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void endsASoftPurgeThatCameBefore() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 100), "t");
            kit.purge(new Scope.Tag("t"), Strength.SOFT);
            assertThat(freshen(kit, 1, "fresh")).isNull();
            try (StoredObject object = kit.ready(1)) {
                assertThat(object.mustValidate()).isFalse();
            }
        }
    }

    @Test
    void doesNotBringBackWhatWasPurgedHard() throws Exception {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 100), "t");
            try (StoredObject object = kit.ready(1)) {
                kit.store().purge(new Scope.Tag("t"), Strength.HARD);
                assertThat(freshen(kit, object, "again"))
                        .isIn(StoreFailure.PURGED, StoreFailure.OUTDATED);
            }
            assertThat(kit.get(1)).isNull();
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void doesNotEndAPurgeThatCameAfterTheValidationWasSent() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.put(1, body(1, 100), "t");
            Ticket early = kit.store().ticket();
            try (StoredObject object = kit.ready(1)) {
                kit.purge(new Scope.Url(object.url()), Strength.SOFT);
                Recorder recorder = new Recorder();
                kit.store().freshen(object, early, StoreKit.head("late"), List.of(), recorder);
                assertThat(recorder.await()).isNull();
            }
            try (StoredObject object = kit.ready(1)) {
                assertThat(object.mustValidate()).isTrue();
                early = kit.store().ticket();
                kit.purge(new Scope.Url(object.url()), Strength.HARD);
                Recorder recorder = new Recorder();
                kit.store().freshen(object, early, StoreKit.head("later"), List.of(), recorder);
                assertThat(recorder.await()).isEqualTo(StoreFailure.PURGED);
            }
            assertThat(kit.get(1)).isNull();
            kit.assertNoBlockIsLost();
        }
    }
}
