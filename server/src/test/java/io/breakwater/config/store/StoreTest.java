package io.breakwater.config.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTest {
    private static final Control.Change BY_ANN = new Control.Change("ann", "why");

    @TempDir Path dir;

    @Test
    void beginsEmpty() {
        try (Store store = Store.open(url(), key())) {
            assertThat(store.revision()).isZero();
            assertThat(store.document()).isEqualTo(Document.EMPTY);
            assertThat(store.revisions(10)).isEmpty();
            assertThat(store.revision(1)).isNull();
            assertThat(store.documentOf(1)).isNull();
        }
    }

    @Test
    void keepsTheDocumentAndItsHistoryOverARestart() {
        Document first = document("a", 1).with(Kind.SERVER, "web", body(8080));
        Document second = first.with(Kind.LOCATION, "a", body(2)).without(Kind.SERVER, "web");
        Document third = second.with(Kind.UPSTREAM, "ü \"quoted\"", body(3));
        try (Store store = Store.open(url(), key())) {
            store.commit(first, BY_ANN);
            store.commit(second, new Control.Change("bob", "line\nbreak ✓"));
            assertThat(store.commit(third, BY_ANN).number()).isEqualTo(3);
        }
        try (Store store = Store.open(url(), key())) {
            assertThat(store.revision()).isEqualTo(3);
            assertThat(store.document()).isEqualTo(third);
            assertThat(store.documentOf(1)).isEqualTo(first);
            assertThat(store.documentOf(2)).isEqualTo(second);
            assertThat(store.revisions(2))
                    .extracting(Control.Revision::number)
                    .containsExactly(3L, 2L);
            Control.Revision bobs = requireNonNull(store.revision(2));
            assertThat(bobs.author()).isEqualTo("bob");
            assertThat(bobs.comment()).isEqualTo("line\nbreak ✓");
            assertThat(bobs.createdMillis())
                    .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());
        }
    }

    @Test
    void makesASecretOnceAndKeepsIt() {
        byte[] first;
        try (Store store = Store.open(url(), key())) {
            first = store.secret("one", 32);
            assertThat(first).hasSize(32);
            assertThat(store.secret("one", 32)).isEqualTo(first);
            assertThat(store.secret("two", 32)).isNotEqualTo(first);
        }
        try (Store store = Store.open(url(), key())) {
            assertThat(store.secret("one", 32)).isEqualTo(first);
        }
    }

    @Test
    void keepsTheOrderOfFieldsAsWritten() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("z", 1).put("a", 2).put("m", 3);
        try (Store store = Store.open(url(), key())) {
            store.commit(Document.EMPTY.with(Kind.LOCATION, "x", body), BY_ANN);
        }
        try (Store store = Store.open(url(), key())) {
            ObjectNode stored = requireNonNull(store.document().get(Kind.LOCATION, "x"));
            assertThat(stored.toString()).isEqualTo("{\"z\":1,\"a\":2,\"m\":3}");
        }
    }

    @Test
    void keepsADocumentOfSeveralMegabytes() {
        ObjectNode large = JsonNodeFactory.instance.objectNode();
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        while (text.length() < 3_000_000) text.append(Long.toHexString(random.nextLong()));
        large.put("html", text.toString());
        Document document = Document.EMPTY.with(Kind.ERROR_PAGE, "large", large);
        try (Store store = Store.open(url(), key())) {
            store.commit(document, BY_ANN);
        }
        try (Store store = Store.open(url(), key())) {
            assertThat(store.document()).isEqualTo(document);
            assertThat(store.documentOf(1)).isEqualTo(document);
        }
    }

    @Test
    void numbersConcurrentChangesWithoutGaps() throws Exception {
        try (Store store = Store.open(url(), key());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Long>> changes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int value = i;
                changes.add(() -> store.commit(document("a", value), BY_ANN).number());
            }
            List<Long> numbers = new ArrayList<>();
            for (Future<Long> number : threads.invokeAll(changes)) numbers.add(number.get());
            assertThat(numbers).doesNotHaveDuplicates().hasSize(20).allMatch(n -> n <= 20);
            assertThat(store.documentOf(20)).isEqualTo(store.document());
        }
    }

    @Test
    void fileIsForItsOwnerOnly() throws IOException {
        try (Store store = Store.open(url(), key())) {
            store.commit(document("a", 1), BY_ANN);
        }
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void relativePathAndMissingFoldersAreFine() {
        Path nested = dir.resolve("x/y");
        Path relative = Path.of("").toAbsolutePath().relativize(nested.resolve("config"));
        try (Store store = Store.open("jdbc:h2:file:" + relative, key())) {
            store.commit(document("a", 1), BY_ANN);
        }
        assertThat(nested.resolve("config.mv.db")).exists();
    }

    @Test
    void memoryDatabaseWorksToo() {
        try (Store store = Store.open("jdbc:h2:mem:" + dir.getFileName(), key())) {
            assertThat(store.commit(document("a", 1), BY_ANN).number()).isEqualTo(1);
            assertThat(store.documentOf(1)).isEqualTo(document("a", 1));
        }
    }

    @Test
    void unknownDatabaseIsNamedWithoutItsPassword() {
        assertThatThrownBy(() ->
                        Store.open("jdbc:nosuch://u:secret@127.0.0.1/x?password=secret", key()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("jdbc:nosuch://127.0.0.1/x")
                .hasMessageNotContaining("secret");
    }

    @Test
    void changeTakesFewMilliseconds() {
        try (Store store = Store.open(url(), key())) {
            long[] nanos = new long[200];
            for (int i = 0; i < nanos.length; i++) {
                Document next = document("loc" + i % 20, i);
                long begin = System.nanoTime();
                store.commit(next, BY_ANN);
                nanos[i] = System.nanoTime() - begin;
            }
            Arrays.sort(nanos);
            // Generous: the machine may be busy. About 2 ms on an idle one.
            assertThat(nanos[nanos.length / 2]).isLessThan(50_000_000);
        }
    }

    @Test
    void migrationsEndAtTheVersionThatIsKnown() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            assertThat(files.map(f -> f.getFileName().toString().replaceAll("V(\\d+)__.*", "$1")))
                    .extracting(Integer::valueOf)
                    .allMatch(version -> version <= Schema.CURRENT)
                    .contains(Schema.CURRENT);
        }
    }

    private Path key() {
        return dir.resolve("secret.key");
    }

    private String url() {
        return "jdbc:h2:file:" + dir.resolve("config");
    }

    private static Document document(String name, int value) {
        return Document.EMPTY.with(Kind.LOCATION, name, body(value));
    }

    private static ObjectNode body(int value) {
        return JsonNodeFactory.instance.objectNode().put("weight", value);
    }
}
