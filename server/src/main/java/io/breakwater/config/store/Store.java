package io.breakwater.config.store;

import com.zaxxer.hikari.HikariDataSource;
import io.breakwater.acme.AcmeStore;
import io.breakwater.config.Document;
import io.breakwater.control.Accounts;
import io.breakwater.control.Control;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Objects, revisions, users and tokens in a database. A change is one transaction, and when a
/// method that changes something returns, the change is on disk. Secrets are sealed in the database
/// with a key that lies in a file of its own; callers see them as they are.
///
/// Safe for use by any thread; every call may block. Changes are made one at a time.
public final class Store implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Store.class);

    private final HikariDataSource source;
    private final String where;
    private final @Nullable ChangeWitness witness;
    private final SealedDocuments sealed;
    private final InstantSource clock = InstantSource.system();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Tables.Current current;

    private Store(
            HikariDataSource source, String where, @Nullable ChangeWitness witness, SealingKey key)
            throws SQLException {
        this.source = source;
        this.where = where;
        this.witness = witness;
        this.sealed = new SealedDocuments(key);
        try (Connection connection = source.getConnection()) {
            this.current = current(connection);
        }
    }

    /// Opens the database, makes it when there is none, and brings its tables up to date. A file
    /// that is damaged, newer or in use is refused before a byte of it is written. The key of its
    /// secrets is made with the first start; later a missing or another key is refused.
    ///
    /// @param jdbcUrl `jdbc:h2:file:<path>`, `jdbc:h2:mem:<name>` or `jdbc:postgresql:...`
    /// @param keyFile the file of the key
    /// @return the open store; the caller closes it
    /// @throws StoreException when it cannot be used, with the reason and the remedy
    public static Store open(String jdbcUrl, Path keyFile) {
        H2File file = H2File.of(jdbcUrl);
        return file == null ? openDatabase(jdbcUrl, keyFile) : openFile(file, keyFile);
    }

    private static Store openFile(H2File file, Path keyFile) {
        file.createIfAbsent();
        H2File.Probe probe = file.probe();
        ChangeWitness witness = file.openWitness();
        HikariDataSource source = null;
        String where = file.data().toString();
        try {
            witness.unsettled(probe.changes());
            source = Pool.open(file.url());
            if (probe.version() < Schema.CURRENT) Schema.migrate(source, where);
            SealingKey key = key(source, where, keyFile);
            source = file.withoutTraces(source);
            Store store = new Store(source, where, witness, key);
            witness.committed(store.changes());
            return store;
        } catch (SQLException | RuntimeException e) {
            if (source != null) source.close();
            witness.close();
            throw e instanceof StoreException known ? known : file.failure(e);
        }
    }

    private static Store openDatabase(String jdbcUrl, Path keyFile) {
        // Neither credentials nor settings belong into messages.
        String where = jdbcUrl.replaceAll("[?;].*", "").replaceAll("//[^/@]*@", "//");
        HikariDataSource source;
        try {
            source = Pool.open(jdbcUrl);
        } catch (SQLException e) {
            throw new StoreException(
                    "cannot connect to " + where + " (store.url): " + Pool.reason(e), e);
        }
        try {
            int version;
            try (Connection connection = source.getConnection()) {
                version = Schema.version(connection, where);
            }
            if (version < Schema.CURRENT) Schema.migrate(source, where);
            return new Store(source, where, null, key(source, where, keyFile));
        } catch (SQLException e) {
            source.close();
            throw new StoreException("cannot read " + where + ": " + Pool.reason(e), e);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static SealingKey key(HikariDataSource source, String where, Path keyFile)
            throws SQLException {
        try (Connection connection = source.getConnection()) {
            return new Sealing(connection, where, keyFile).settle();
        }
    }

    private Tables.Current current(Connection connection) throws SQLException {
        Tables.Current stored = Tables.current(connection);
        return new Tables.Current(stored.revision(), sealed.open(stored.document()));
    }

    /// The number of the last revision.
    ///
    /// @return 0 in a new store
    public long revision() {
        return current.revision();
    }

    /// The document of the last revision.
    ///
    /// @return the document, without objects in a new store
    public Document document() {
        return current.document();
    }

    /// Stores a document as the next revision. On an exception nothing is stored.
    ///
    /// @param next the new document
    /// @param change who and why
    /// @return the new revision, on disk
    /// @throws StoreException when it cannot be written
    public Control.Revision commit(Document next, Control.Change change) {
        Document written = sealed.seal(next);
        byte[] compressed = StoredDocument.compressed(written);
        return write(
                connection -> {
                    Tables.Current before = current;
                    // A commit whose answer was lost, or another process on the same database.
                    if (Tables.lastRevision(connection) != before.revision())
                        before = current(connection);
                    Control.Revision revision =
                            new Control.Revision(
                                    before.revision() + 1,
                                    change.author(),
                                    change.comment(),
                                    clock.millis());
                    Tables.replaceObjects(connection, before.document(), next, written);
                    Tables.insertRevision(connection, revision, compressed);
                    return revision;
                },
                revision -> current = new Tables.Current(revision.number(), next));
    }

    /// The history, newest first.
    ///
    /// @param limit how many at the most, 1 or more
    /// @return revisions without their documents
    /// @throws StoreException when it cannot be read
    public List<Control.Revision> revisions(int limit) {
        return read(connection -> Tables.revisions(connection, limit));
    }

    /// One revision.
    ///
    /// @param number its number
    /// @return its head, null when there is none
    /// @throws StoreException when it cannot be read
    public Control.@Nullable Revision revision(long number) {
        return read(connection -> Tables.revision(connection, number));
    }

    /// The document of one revision.
    ///
    /// @param number its number
    /// @return the document, null when there is none
    /// @throws StoreException when it cannot be read
    public @Nullable Document documentOf(long number) {
        Document stored = read(connection -> Tables.document(connection, number));
        return stored == null ? null : sealed.open(stored);
    }

    /// Random bytes that are the same for all who use the store, made when they are first asked
    /// for; sealed like other secrets.
    ///
    /// @param name what they are for
    /// @param bytes how many
    /// @return the bytes
    /// @throws StoreException when they can be neither read nor written
    public byte[] secret(String name, int bytes) {
        return new Secrets(this, sealed.key()).get(name, bytes);
    }

    /// What certificates by ACME leave behind.
    ///
    /// @return lives as long as this store
    public AcmeStore acme() {
        return new StoredAcme(this, sealed.key());
    }

    /// Users and tokens.
    ///
    /// @param initialPasswordFile the file that [#ensureAdmin] writes, removed with the first
    ///   password change
    /// @return accounts that live as long as this store
    public Accounts accounts(Path initialPasswordFile) {
        return new StoredAccounts(this, initialPasswordFile);
    }

    /// Makes the user `admin` when there is no user yet.
    ///
    /// @param initialPasswordFile where a generated password is left for its owner (mode 0600)
    /// @param givenPassword the password to use, null to generate one
    /// @return the generated password, null when there was a user or the password was given
    /// @throws IllegalArgumentException when the given password is too short or too long
    /// @throws StoreException when the user or the file cannot be written
    public @Nullable String ensureAdmin(Path initialPasswordFile, @Nullable String givenPassword) {
        return new StoredAccounts(this, initialPasswordFile).ensureAdmin(givenPassword);
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (source.isClosed()) return;
            if (witness == null) source.close();
            else closeFile(witness);
        } finally {
            writing.unlock();
        }
    }

    private void closeFile(ChangeWitness witness) {
        try {
            long changes = changes();
            witness.unsettled(changes);
            // The database closes its file with the last connection.
            source.close();
            witness.closed(changes);
        } catch (StoreException e) {
            log.warn("{} could not be closed in order", where, e);
        } finally {
            source.close();
            witness.close();
        }
    }

    long nowMillis() {
        return clock.millis();
    }

    private long changes() {
        return read(Tables::changes);
    }

    <T extends @Nullable Object> T read(Work<T> work) {
        try (Connection connection = source.getConnection()) {
            return work.run(connection);
        } catch (SQLException e) {
            throw new StoreException("cannot read " + where + ": " + Pool.reason(e), e);
        }
    }

    /// Runs one transaction and makes it durable.
    <T extends @Nullable Object> T write(Work<T> work) {
        return write(work, result -> {});
    }

    private <T extends @Nullable Object> T write(Work<T> work, Consumer<T> committed) {
        writing.lock();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            T result;
            long changes;
            try {
                result = work.run(connection);
                changes = Tables.countChange(connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
            makeDurable(connection, changes);
            committed.accept(result);
            return result;
        } catch (SQLException e) {
            throw new StoreException("cannot write " + where + ": " + Pool.reason(e), e);
        } finally {
            writing.unlock();
        }
    }

    static void rollBack(Connection connection, Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /// A commit without write delay is in the file but maybe not yet on the disk. When only the
    /// sync fails, the change is committed all the same and a restart would find it: saying that it
    /// failed would be wrong.
    private void makeDurable(Connection connection, long changes) {
        if (witness == null) return;
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
            witness.committed(changes);
        } catch (SQLException e) {
            log.error("{} is written but could not be synced to the disk", where, e);
        }
    }

    /// Work on a connection.
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }
}
