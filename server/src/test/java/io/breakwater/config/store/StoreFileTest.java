package io.breakwater.config.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are not, or no longer, a store of ours: refused with a message that helps, and not a
/// byte of the folder changed.
final class StoreFileTest {
    private static final int CHANGES = 30;

    @TempDir Path dir;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 0.999})
    void cutFileIsRefusedUntouched(double share) throws IOException {
        fill(url(), key());
        byte[] whole = Files.readAllBytes(data());
        Files.write(data(), Arrays.copyOf(whole, (int) (whole.length * share)));
        assertRefusedUntouched("config.mv.db", "put back");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 512, 4096, 20_480})
    void fileCutByAFewBytesIsRefusedUntouched(int missing) throws IOException {
        fill(url(), key());
        byte[] whole = Files.readAllBytes(data());
        Files.write(data(), Arrays.copyOf(whole, whole.length - missing));
        assertRefusedUntouched("config.mv.db", "put back");
    }

    @Test
    void fileCutAfterAKillIsRefusedUntouchedOrHasEverything() throws Exception {
        long acknowledged = StoreChild.kill(dir, CHANGES);
        byte[] whole = Files.readAllBytes(data());
        byte[] witness = Files.readAllBytes(witness());
        int refused = 0;
        for (int missing = 1; missing < whole.length; missing += whole.length / 10) {
            byte[] cut = Arrays.copyOf(whole, whole.length - missing);
            Files.write(data(), cut);
            Files.write(witness(), witness);
            try (Store store = Store.open(url(), key())) {
                assertThat(store.revision()).isGreaterThanOrEqualTo(acknowledged);
                for (long number = 1; number <= acknowledged; number++)
                    assertThat(store.documentOf(number)).isNotNull();
            } catch (StoreException e) {
                assertThat(e).hasMessageContainingAll("config.mv.db", "put back");
                assertThat(Files.readAllBytes(data())).isEqualTo(cut);
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void garbageIsRefusedUntouched() throws IOException {
        byte[] garbage = new byte[50_000];
        new Random(3).nextBytes(garbage);
        Files.write(data(), garbage);
        assertRefusedUntouched("config.mv.db", "is not a whole Breakwater store");
    }

    @Test
    void textIsRefusedUntouched() throws IOException {
        Files.writeString(data(), "this is no database\n".repeat(1000));
        assertRefusedUntouched("config.mv.db", "is not a whole Breakwater store");
    }

    @Test
    void overwrittenBeginningIsRefusedUntouched() throws IOException {
        fill(url(), key());
        byte[] bytes = Files.readAllBytes(data());
        Arrays.fill(bytes, 0, bytes.length / 2, (byte) 0);
        Files.write(data(), bytes);
        assertRefusedUntouched("config.mv.db", "put back");
    }

    @Test
    void newerSchemaIsRefusedUntouched() throws Exception {
        fill(url(), key());
        run(
                "insert into \"flyway_schema_history\" (\"installed_rank\", \"version\","
                        + " \"description\", \"type\", \"script\", \"installed_by\","
                        + " \"execution_time\", \"success\")"
                        + " values (99, '99', 'later', 'SQL', 'V99__later.sql', 'sa', 1, true)");
        assertRefusedUntouched(
                "config.mv.db was written by a newer Breakwater",
                "have version 99, this one knows up to " + Schema.CURRENT);
    }

    @Test
    void foreignTablesAreRefusedUntouched() throws Exception {
        run("create table customers (id bigint)");
        assertRefusedUntouched("config.mv.db", "not Breakwater's");
    }

    @Test
    void olderCopyIsRefusedUntilTheWitnessIsGone() throws IOException {
        fill(url(), key());
        byte[] older = Files.readAllBytes(data());
        try (Store store = Store.open(url(), key())) {
            store.commit(Document.EMPTY, new Control.Change("ann", ""));
        }
        Files.write(data(), older);
        assertRefusedUntouched("it holds " + CHANGES + " of " + (CHANGES + 1) + " changes");
        Files.delete(witness());
        try (Store store = Store.open(url(), key())) {
            assertThat(store.revision()).isEqualTo(CHANGES);
        }
    }

    @Test
    void lostFileIsNotReplacedByAnEmptyStore() throws IOException {
        fill(url(), key());
        Files.delete(data());
        assertRefusedUntouched("config.mv.db is gone", "held " + CHANGES + " changes");
    }

    @Test
    void damagedWitnessDoesNotKeepAHealthyStoreFromOpening() throws IOException {
        fill(url(), key());
        Files.write(witness(), new byte[3]);
        try (Store store = Store.open(url(), key())) {
            assertThat(store.revision()).isEqualTo(CHANGES);
        }
        assertThat(ChangeWitness.read(witness()).changes()).isEqualTo(CHANGES);
    }

    @Test
    void unfinishedFirstStartIsBegunAnew() throws IOException {
        Files.writeString(dir.resolve("config.new.mv.db"), "half of a new file");
        fill(url(), key());
        assertThat(dir.resolve("config.new.mv.db")).doesNotExist();
    }

    @Test
    void folderThatIsAFileIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "");
        assertThatThrownBy(() -> Store.open("jdbc:h2:file:" + file.resolve("config"), key()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot create " + file.resolve("config.mv.db"));
    }

    @Test
    void secondProcessIsRefusedAndTheFirstGoesOn() throws Exception {
        try (StoreChild child = StoreChild.start(dir)) {
            child.await(3);
            assertThatThrownBy(() -> Store.open(url(), key()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(data() + " is in use by another process");
            child.await(child.acknowledged() + 3);
        }
    }

    private void assertRefusedUntouched(String... messages) throws IOException {
        Map<String, String> before = contents();
        assertThatThrownBy(() -> Store.open(url(), key()))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(messages);
        assertThat(contents()).isEqualTo(before);
    }

    /// Every file of the folder with its bytes.
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.toList())
                contents.put(
                        file.getFileName().toString(),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
        return contents;
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void fill(String url, Path key) {
        try (Store store = Store.open(url, key)) {
            for (int i = 0; i < CHANGES; i++)
                store.commit(
                        Document.EMPTY.with(
                                Kind.LOCATION,
                                "a",
                                JsonNodeFactory.instance.objectNode().put("weight", i)),
                        new Control.Change("ann", ""));
        }
    }

    private Path witness() {
        return dir.resolve("config.changes");
    }

    private Path data() {
        return dir.resolve("config.mv.db");
    }

    private Path key() {
        return dir.resolve("secret.key");
    }

    private String url() {
        return "jdbc:h2:file:" + dir.resolve("config");
    }
}
