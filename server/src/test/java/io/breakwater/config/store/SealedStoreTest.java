package io.breakwater.config.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// Secrets in the store: sealed with a key that lies in a file of its own.
final class SealedStoreTest {
    private static final Control.Change BY_ANN = new Control.Change("ann", "why");
    private static final String INNER = "MC4CAQAwBQYDK2VwBCIEIFoO0lXkUeVSEyHK2ZsQFT9nhKcm";
    private static final String PEM =
            "-----BEGIN PRIVATE KEY-----\n" + INNER + "\n-----END PRIVATE KEY-----\n";

    @TempDir Path dir;

    @Test
    void noFileHoldsAKeyInClearText() throws Exception {
        try (Store store = open()) {
            store.commit(upstream("a", PEM), BY_ANN);
            store.commit(upstream("a", PEM).with(Kind.UPSTREAM, "b", body(PEM + "\n")), BY_ANN);
            assertThat(bytes()).doesNotContain(INNER);
        }
        assertNoTrace();
        assertThat(rows("select body from objects"))
                .hasSize(2)
                .allMatch(text -> text.contains("\"client-key\":{\"$sealed\":\"v1:"));
    }

    @Test
    void keepsSecretsAndTheirHistoryOverARestart() {
        Document first = upstream("a", PEM);
        Document second = upstream("a", "another key");
        byte[] random;
        try (Store store = open()) {
            store.commit(first, BY_ANN);
            store.commit(second, BY_ANN);
            random = store.secret("cookies", 32);
            assertThat(store.documentOf(1)).isEqualTo(first);
        }
        try (Store store = open()) {
            assertThat(store.document()).isEqualTo(second);
            assertThat(store.documentOf(1)).isEqualTo(first);
            assertThat(store.documentOf(2)).isEqualTo(second);
            assertThat(store.secret("cookies", 32)).isEqualTo(random);
        }
    }

    @Test
    void whatDidNotChangeIsNotWrittenAgain() throws Exception {
        try (Store store = open()) {
            store.commit(upstream("a", PEM), BY_ANN);
        }
        List<String> before = rows("select body from objects");
        try (Store store = open()) {
            store.commit(
                    store.document()
                            .with(Kind.LOCATION, "x", JsonNodeFactory.instance.objectNode()),
                    BY_ANN);
        }
        assertThat(rows("select body from objects where kind = 'upstreams'")).isEqualTo(before);
    }

    @Test
    void pathsOfFilesStayReadable() throws Exception {
        try (Store store = open()) {
            store.commit(upstream("a", "/etc/ssl/client.key"), BY_ANN);
        }
        assertThat(rows("select body from objects"))
                .singleElement()
                .asString()
                .contains("\"/etc/ssl/client.key\"");
    }

    @Test
    void keyFileIsMadeOnceForItsOwnerAlone() throws IOException {
        open().close();
        String first = Files.readString(key());
        assertThat(Base64.getDecoder().decode(first.strip())).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
                .isEqualTo("rw-------");
        open().close();
        assertThat(Files.readString(key())).isEqualTo(first);
    }

    @Test
    void keyOfTheOwnersChoiceIsTaken() throws IOException {
        Files.writeString(key(), Base64.getEncoder().encodeToString(new byte[32]) + "\n");
        try (Store store = open()) {
            store.commit(upstream("a", PEM), BY_ANN);
        }
        try (Store store = open()) {
            assertThat(store.document()).isEqualTo(upstream("a", PEM));
        }
    }

    @Test
    void missingKeyIsRefusedAndNotMadeAnew() throws IOException {
        open().close();
        Path kept = Files.move(key(), dir.resolve("kept"));
        assertRefused(key() + " (store.key-file) is not there", "put back the file");
        assertThat(key()).doesNotExist();
        Files.move(kept, key());
        open().close();
    }

    @Test
    void anotherKeyIsRefused() throws IOException {
        try (Store store = open()) {
            store.commit(upstream("a", PEM), BY_ANN);
        }
        String right = Files.readString(key());
        Files.writeString(key(), Base64.getEncoder().encodeToString(new byte[32]));
        assertRefused(
                key() + " (store.key-file) holds the key",
                "the secrets in " + dir.resolve("config.mv.db") + " are sealed with the key",
                "put back the file");
        Files.writeString(key(), right);
        try (Store store = open()) {
            assertThat(store.document()).isEqualTo(upstream("a", PEM));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no base64!", "c2hvcnQ="})
    void fileWithoutAKeyIsRefused(String content) throws IOException {
        Files.writeString(key(), content);
        assertRefused(key() + " (store.key-file) holds no key", "openssl rand -base64 32");
    }

    @Test
    void sealedTextIsGoodForItsPlaceOnly() throws Exception {
        try (Store store = open()) {
            store.commit(upstream("a", PEM), BY_ANN);
        }
        run("update objects set name = 'b'");
        assertRefused("the secret upstreams/b/client-key is damaged");
    }

    @Test
    void storeInClearTextIsSealedWithItsHistory() throws Exception {
        byte[] random = new byte[32];
        random[0] = 7;
        Document old = upstream("a", "an older key");
        fillAsBefore(old, upstream("a", PEM), random);
        assertThat(bytes()).contains(INNER);
        List<String> said =
                logged(() -> {
                    try (Store store = open()) {
                        assertThat(store.document()).isEqualTo(upstream("a", PEM));
                        assertThat(store.documentOf(1)).isEqualTo(old);
                        assertThat(store.documentOf(2)).isEqualTo(upstream("a", PEM));
                        assertThat(store.secret("cookies", 32)).isEqualTo(random);
                        assertThat(bytes()).doesNotContain(INNER);
                    }
                });
        assertThat(said)
                .containsOnlyOnce(
                        "sealed the secrets of 1 objects and 2 revisions and 1 keys in "
                                + dir.resolve("config.mv.db")
                                + " with the key in "
                                + key());
        assertNoTrace();
        assertThat(Files.getPosixFilePermissions(dir.resolve("config.mv.db")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(logged(() -> open().close())).noneMatch(line -> line.startsWith("sealed"));
    }

    /// A store as it was before there was a key.
    private void fillAsBefore(Document old, Document current, byte[] random) throws Exception {
        Flyway.configure()
                .dataSource(url(), "sa", "")
                .locations("classpath:db/migration")
                .target("2")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url(), "sa", "")) {
            Control.Revision first = new Control.Revision(1, "ann", "", 0);
            Tables.insertRevision(connection, first, StoredDocument.compressed(old));
            Control.Revision second = new Control.Revision(2, "ann", "", 0);
            Tables.insertRevision(connection, second, StoredDocument.compressed(current));
            Tables.replaceObjects(connection, Document.EMPTY, current, current);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into secrets values ('cookies', ?)")) {
                insert.setString(1, Base64.getEncoder().encodeToString(random));
                insert.executeUpdate();
            }
        }
    }

    private void assertNoTrace() throws Exception {
        assertThat(bytes()).doesNotContain(INNER).doesNotContain("PRIVATE KEY");
        // Revisions are compressed, so a look at bytes alone would not find one.
        try (Connection connection = readOnly();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select number, document from revisions")) {
            while (rows.next())
                assertThat(StoredDocument.document(rows.getBytes(2), rows.getLong(1)).toString())
                        .contains("$sealed")
                        .doesNotContain("key\":\"");
        }
    }

    private String bytes() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.toList())
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    private List<String> rows(String sql) throws SQLException {
        try (Connection connection = readOnly();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            Stream.Builder<String> found = Stream.builder();
            while (rows.next()) found.add(requireNonNull(rows.getString(1)));
            return found.build().toList();
        }
    }

    /// To the closed store. Otherwise H2 would change its file.
    private Connection readOnly() throws SQLException {
        return DriverManager.getConnection(url() + ";ACCESS_MODE_DATA=r", "sa", "");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        // What H2 changed at the close is not what this test is about.
        assertThat(dir.resolve("config.changes").toFile().delete()).isTrue();
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(words);
    }

    private static List<String> logged(Work work) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Sealing.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        Level level = logger.getLevel();
        logger.setLevel(Level.INFO);
        try {
            work.run();
        } finally {
            logger.setLevel(level);
            logger.detachAppender(lines);
        }
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private Store open() {
        return Store.open(url(), key());
    }

    private Path key() {
        return dir.resolve("secret.key");
    }

    private String url() {
        return "jdbc:h2:file:" + dir.resolve("config");
    }

    private static Document upstream(String name, String key) {
        return Document.EMPTY.with(Kind.UPSTREAM, name, body(key));
    }

    private static ObjectNode body(String key) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("client-cert", "/a.pem")
                .put("client-key", key);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }
}
