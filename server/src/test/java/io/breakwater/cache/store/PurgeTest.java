package io.breakwater.cache.store;

import static io.breakwater.cache.store.StoreKit.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cache.store.Scope.Strength;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What purges do to what is stored and to what is on its way.
class PurgeTest {
    @TempDir private Path folder;

    /// Each scope hits the objects 1 to 3 of those that [#fill] stores.
    static Stream<Scope> scopes() {
        return Stream.of(
                new Scope.Prefix("https://a.test/x/"),
                new Scope.Host("a.test"),
                new Scope.Tag("few"),
                new Scope.Tag("many7"));
    }

    private static void fill(StoreKit kit) {
        for (int i = 1; i <= 6; i++) {
            String host = i <= 3 ? "a.test" : "b.test";
            List<String> tags =
                    i <= 3
                            ? i == 1
                                    ? Stream.concat(Stream.of("few"), many(0)).toList()
                                    : List.of("few", "many7")
                            : i == 4 ? many(100).toList() : List.of("other");
            Label label = new Label(StoreKit.key(i), "https://" + host + "/x/" + i, host, tags);
            assertThat(kit.store(label, "head", body(i, 100), 100)).isNull();
        }
    }

    private static Stream<String> many(int from) {
        return IntStream.range(from, from + 50).mapToObj(number -> "many" + number);
    }

    private static void assertPresent(StoreKit kit, int from, int to) {
        for (int i = 1; i <= 6; i++) {
            byte[] body = kit.get(i);
            if (i >= from && i <= to) assertThat(body).as("object %d", i).isEqualTo(body(i, 100));
            else assertThat(body).as("object %d", i).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void hardPurgeTakesEffectAtOnceAndForEver(Scope scope) throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            assertThat(kit.store().count(scope)).isEqualTo(3);
            Purge purge = kit.store().purge(scope, Strength.HARD);
            assertPresent(kit, 4, 6);
            assertThat(purge.affected().toCompletableFuture().join()).isEqualTo(3);
            assertThat(kit.store().count(scope)).isZero();
            assertThat(kit.file(0).objects()).isEqualTo(3);
            kit.restart();
            assertPresent(kit, 4, 6);
            fill(kit);
            assertPresent(kit, 1, 6);
        }
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void softPurgeAsksForAValidation(Scope scope) {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            assertThat(kit.purge(scope, Strength.SOFT)).isEqualTo(3);
            Waiting.until(() -> kit.store().figures().pendingPurges() == 0);
            for (int round = 0; round < 2; round++) {
                assertPresent(kit, 1, 6);
                for (int i = 1; i <= 6; i++) {
                    try (StoredObject object = kit.ready(i)) {
                        assertThat(object.mustValidate()).as("object %d", i).isEqualTo(i <= 3);
                    }
                }
                kit.restart();
            }
        }
    }

    @Test
    void tellsHowManyWereFoundSoFar() throws Exception {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            for (int i = 0; i < 5; i++) kit.put(i, body(i, 100));
            Purge purge = kit.store().purge(new Scope.Host("h.test"), Strength.SOFT);
            assertThat(purge.affected().toCompletableFuture().get()).isEqualTo(5);
            assertThat(purge.soFar().getAsLong()).isEqualTo(5);
        }
    }

    @Test
    void purgesAllVariantsOfAUrl() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            for (int i = 1; i <= 4; i++) {
                Label label =
                        new Label(
                                StoreKit.key(i),
                                "https://h.test/" + (i <= 2 ? "one" : "two"),
                                "h.test",
                                List.of());
                assertThat(kit.store(label, "head", body(i, 100), 100)).isNull();
            }
            assertThat(kit.purge(new Scope.Url("https://h.test/one"), Strength.HARD)).isEqualTo(2);
            assertPresent(kit, 3, 4);
            assertThat(kit.purge(new Scope.All(), Strength.HARD)).isEqualTo(2);
            assertPresent(kit, 0, 0);
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void coversWhatWasAskedForBeforeAndIsNotStoredYet() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            Ticket early = kit.store().ticket();
            Recorder recorder = new Recorder();
            try (Writing writing = kit.begin(early, StoreKit.label(1, "t"), "head", -1, recorder)) {
                StoreKit.append(writing, recorder, body(1, 100));
                Ticket other = kit.store().ticket();
                assertThat(kit.purge(new Scope.Tag("t"), Strength.HARD)).isZero();
                kit.store().ticket().close();
                assertThat(kit.store().figures().pendingPurges())
                        .as("kept while somebody may come with something older")
                        .isEqualTo(1);
                writing.commit();
                assertThat(recorder.await()).isEqualTo(StoreFailure.PURGED);
                assertThat(kit.get(1)).isNull();
                other.close();
            }
            Waiting.until(() -> kit.store().figures().pendingPurges() == 0);
            kit.put(1, body(2, 100), "t");
            assertThat(kit.get(1)).isEqualTo(body(2, 100));
            kit.assertNoBlockIsLost();
        }
    }

    @Test
    void softPurgeMarksWhatIsStoredLater() {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            Recorder recorder = new Recorder();
            try (Writing writing =
                    kit.begin(kit.store().ticket(), StoreKit.label(1, "t"), "head", 3, recorder)) {
                StoreKit.append(writing, recorder, body(1, 3));
                kit.purge(new Scope.Tag("t"), Strength.SOFT);
                writing.commit();
                assertThat(recorder.await()).isNull();
            }
            for (int round = 0; round < 2; round++) {
                try (StoredObject object = kit.ready(1)) {
                    assertThat(object.mustValidate()).isTrue();
                }
                Waiting.until(() -> kit.store().figures().pendingPurges() == 0);
                kit.restart();
            }
        }
    }

    @Test
    void holdsWhenTheProcessEndsBeforeItIsCarriedOut() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            // A ticket keeps the purge in the journal; the copy of the index is from before it.
            Ticket ticket = kit.store().ticket();
            for (String name : List.of("blocks0", "blocks0.index"))
                Files.copy(folder.resolve(name), copy.resolve(name));
            kit.purge(new Scope.Host("a.test"), Strength.HARD);
            Files.copy(folder.resolve("purges"), copy.resolve("purges"));
            ticket.close();
        }
        try (StoreKit kit = StoreKit.of(copy, 64)) {
            assertPresent(kit, 4, 6);
            Waiting.until(() -> kit.store().figures().pendingPurges() == 0);
            assertThat(kit.file(0).objects()).isEqualTo(3);
        }
    }

    @Test
    void fileThatMissedPurgesBeginsEmpty() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            for (String name : List.of("blocks0", "blocks0.index"))
                Files.copy(folder.resolve(name), copy.resolve(name));
            kit.purge(new Scope.Host("a.test"), Strength.HARD);
            Waiting.until(() -> kit.store().figures().pendingPurges() == 0);
        }
        Files.copy(folder.resolve("purges"), copy.resolve("purges"));
        try (StoreKit kit = StoreKit.of(copy, 64)) {
            assertPresent(kit, 0, 0);
        }
    }

    @Test
    void lostJournalEmptiesTheStore() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
        }
        Files.delete(folder.resolve("purges"));
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            assertPresent(kit, 0, 0);
        }
    }

    @Test
    void tornEndOfTheJournalIsCutOff() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            try (Ticket ticket = kit.store().ticket()) {
                assertThat(ticket.sequence()).isPositive();
                kit.purge(new Scope.Host("a.test"), Strength.HARD);
                // Closing with an open ticket leaves the purge in the journal.
                kit.shut();
            }
            Files.write(folder.resolve("purges"), new byte[] {5, 0, 0}, StandardOpenOption.APPEND);
            kit.reopen();
            assertPresent(kit, 4, 6);
            kit.purge(new Scope.Host("b.test"), Strength.HARD);
            kit.restart();
            assertPresent(kit, 0, 0);
        }
    }

    @Test
    void damagedJournalEmptiesTheStore() throws IOException {
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            fill(kit);
            try (Ticket ticket = kit.store().ticket()) {
                assertThat(ticket.sequence()).isPositive();
                kit.purge(new Scope.Host("a.test"), Strength.SOFT);
                kit.purge(new Scope.Host("b.test"), Strength.SOFT);
                kit.shut();
            }
            byte[] journal = Files.readAllBytes(folder.resolve("purges"));
            journal[40] ^= 1;
            Files.write(folder.resolve("purges"), journal);
            kit.reopen();
            assertPresent(kit, 0, 0);
        }
    }
}
