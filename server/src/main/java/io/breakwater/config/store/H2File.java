package io.breakwater.config.store;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of an embedded H2 database, looked at before H2 may write to it.
///
/// H2 writes to a file by opening it: it drops what it takes for an unfinished tail, and compacts
/// at the close. So the file is first opened read-only and read; only a healthy one is then opened
/// for writing. A new database is made under another name and renamed when it is complete, so a
/// crash while it is made leaves nothing that looks like a damaged store.
final class H2File {
    private static final Logger log = LoggerFactory.getLogger(H2File.class);
    private static final String PREFIX = "jdbc:h2:file:";
    private static final String SUFFIX = ".mv.db";
    private static final int FILE_LOCKED = 90020;

    private final String base;
    private final String options;
    private final Path data;
    private final Path witness;

    private H2File(Path base, String options) {
        this.base = base.toString();
        this.options = options;
        this.data = Path.of(this.base + SUFFIX);
        this.witness = Path.of(this.base + ".changes");
    }

    /// The file that a URL names.
    ///
    /// @return null when it is not the URL of an H2 file
    static @Nullable H2File of(String jdbcUrl) {
        if (!jdbcUrl.toLowerCase(Locale.ROOT).startsWith(PREFIX)) return null;
        int end = jdbcUrl.indexOf(';');
        String path = jdbcUrl.substring(PREFIX.length(), end < 0 ? jdbcUrl.length() : end);
        if (path.startsWith("~/")) path = System.getProperty("user.home") + path.substring(1);
        return new H2File(Path.of(path).toAbsolutePath(), end < 0 ? "" : jdbcUrl.substring(end));
    }

    Path data() {
        return data;
    }

    ChangeWitness openWitness() {
        return ChangeWitness.open(witness, data);
    }

    /// The URL to open it for writing.
    ///
    /// Each commit is on disk before it returns: without a write delay H2 writes it at once, and
    /// the store adds the sync. H2's own shutdown hook would close the database under the last
    /// requests.
    String url() {
        return url(base, "IFEXISTS=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
    }

    private String url(String path, String settings) {
        return PREFIX + path + options + ";TRACE_LEVEL_FILE=0;" + settings;
    }

    /// Makes the database when there is none.
    ///
    /// @throws StoreException when the folder is not writable, or when changes are known that are
    ///   in no file
    void createIfAbsent() {
        if (Files.exists(data)) return;
        long changes = ChangeWitness.read(witness).changes();
        if (changes > 0)
            throw new StoreException(
                    data
                            + " is gone, but held "
                            + changes
                            + " changes: put it back, or delete "
                            + witness
                            + " to begin with an empty store",
                    null);
        String draft = base + ".new";
        Path draftData = Path.of(draft + SUFFIX);
        try {
            Files.createDirectories(data.getParent());
            Files.deleteIfExists(draftData);
            Pool.migrated(url(draft, "WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"), draftData.toString());
            PrivateFiles.restrict(draftData);
            Files.move(draftData, data, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StoreException(
                    "cannot create "
                            + data
                            + " ("
                            + e
                            + "): its folder must be writable and have space",
                    e);
        }
        log.info("created {}", data);
    }

    /// Reads the present state without writing a byte.
    ///
    /// @throws StoreException when it is damaged, newer, in use, or lacks acknowledged changes
    Probe probe() {
        if (!Files.isReadable(data) || !Files.isWritable(data))
            throw new StoreException(
                    data + " cannot be read and written by this user: check its owner and mode",
                    null);
        ChangeWitness.Testimony testimony = ChangeWitness.read(witness);
        try (Connection connection =
                DriverManager.getConnection(
                        url(base, "IFEXISTS=TRUE;ACCESS_MODE_DATA=r"), "sa", "")) {
            int version = Schema.version(connection, data.toString());
            long changes = version == 0 ? 0 : readAll(connection, testimony);
            return new Probe(version, changes);
        } catch (SQLException | IllegalStateException | IOException e) {
            throw failure(e);
        }
    }

    /// Writes the file anew when it may hold, in space that was given up, what was sealed since.
    ///
    /// @param open the open database; closed when another is returned
    /// @return the open database
    HikariDataSource withoutTraces(HikariDataSource open) throws SQLException {
        try (Connection connection = open.getConnection()) {
            if (!Sealing.tracesRemain(connection)) return open;
        }
        open.close();
        // Not through the pool, whose connections do not expect the database to go.
        try (Connection connection = DriverManager.getConnection(url(), "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN COMPACT");
        }
        HikariDataSource fresh = Pool.open(url());
        try (Connection connection = fresh.getConnection()) {
            PrivateFiles.restrict(data);
            Sealing.tracesRemain(connection, false);
            return fresh;
        } catch (IOException e) {
            fresh.close();
            throw new StoreException("cannot make " + data + " private: " + e, e);
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
    }

    private long readAll(Connection connection, ChangeWitness.Testimony testimony)
            throws SQLException, IOException {
        long changes = Tables.changes(connection);
        if (changes < testimony.changes())
            throw cut("it holds " + changes + " of " + testimony.changes() + " changes");
        long lengthBytes = Files.size(data);
        if (testimony.otherThanClosed(lengthBytes))
            throw cut(
                    "it has "
                            + lengthBytes
                            + " bytes and was closed with "
                            + testimony.lengthBytes());
        Tables.current(connection);
        Tables.users(connection);
        if (testimony.shorter(lengthBytes)) Tables.readHistory(connection);
        return changes;
    }

    private StoreException cut(String found) {
        return new StoreException(
                data
                        + " was cut short or replaced by another copy: "
                        + found
                        + ". Nothing was written to it; put back the whole file, or delete "
                        + witness
                        + " to go on with this one",
                null);
    }

    /// What a failure to open means.
    StoreException failure(Exception e) {
        if (e instanceof SQLException sql && sql.getErrorCode() == FILE_LOCKED)
            return new StoreException(
                    data
                            + " is in use by another process: is Breakwater running on this data"
                            + " folder already? Stop it, or choose another data-dir",
                    e);
        return new StoreException(
                data
                        + " is not a whole Breakwater store ("
                        + Pool.reason(e)
                        + "). Nothing was written to it; put back a copy, or move it away together"
                        + " with "
                        + witness.getFileName()
                        + " to begin with an empty store",
                e);
    }

    /// What is in the file.
    ///
    /// @param version of its tables, 0 without any
    /// @param changes committed so far
    record Probe(int version, long changes) {}
}
