package io.breakwater.config.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the key that belongs to a store when it is opened. A store from before there was one is
/// sealed then, its history too, in one transaction.
final class Sealing {
    private static final Logger log = LoggerFactory.getLogger(Sealing.class);

    private final Connection connection;
    private final String where;
    private final Path keyFile;

    Sealing(Connection connection, String where, Path keyFile) {
        this.connection = connection;
        this.where = where;
        this.keyFile = keyFile;
    }

    /// @throws StoreException when the file does not hold the store's key
    SealingKey settle() throws SQLException {
        String sealedWith = sealedWith();
        if (sealedWith == null) return sealAll(KeyFile.readOrMake(keyFile));
        if (!Files.exists(keyFile))
            throw new StoreException(
                    keyFile + " (store.key-file) is not there, but " + needed(sealedWith), null);
        SealingKey key = KeyFile.read(keyFile);
        if (!key.id().equals(sealedWith))
            throw new StoreException(
                    keyFile
                            + " (store.key-file) holds the key "
                            + key.id()
                            + ", but "
                            + needed(sealedWith),
                    null);
        return key;
    }

    private String needed(String sealedWith) {
        return "the secrets in "
                + where
                + " are sealed with the key "
                + sealedWith
                + ": put back the file that was kept with this store, or set store.key-file to"
                + " where it is. Nothing was changed";
    }

    private @Nullable String sealedWith() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "select sealed_with from store_state where id = 1")) {
            row.next();
            return row.getString(1);
        }
    }

    private SealingKey sealAll(SealingKey key) throws SQLException {
        connection.setAutoCommit(false);
        try {
            // Another process on the same database may be at it: the row is its lock.
            if (!claim(key)) {
                connection.rollback();
                connection.setAutoCommit(true);
                return settle();
            }
            SealedDocuments sealed = new SealedDocuments(key);
            int objects = sealObjects(sealed);
            int revisions = sealRevisions(sealed);
            int keys = Secrets.sealAll(connection, key);
            boolean traces = objects + revisions + keys > 0;
            if (traces) tracesRemain(connection, true);
            connection.commit();
            if (traces)
                log.info(
                        "sealed the secrets of {} objects and {} revisions and {} keys in {} with"
                                + " the key in {}",
                        objects,
                        revisions,
                        keys,
                        where,
                        keyFile);
            return key;
        } catch (SQLException | RuntimeException e) {
            Store.rollBack(connection, e);
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private boolean claim(SealingKey key) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "update store_state set sealed_with = ? where id = 1 and sealed_with is"
                                + " null")) {
            update.setString(1, key.id());
            return update.executeUpdate() == 1;
        }
    }

    private int sealObjects(SealedDocuments sealed) throws SQLException {
        Document clear = Tables.current(connection).document();
        Document after = sealed.seal(clear);
        int count = 0;
        try (PreparedStatement update =
                connection.prepareStatement(
                        "update objects set body = ? where kind = ? and name = ?")) {
            for (Kind kind : Kind.values())
                for (Map.Entry<String, ObjectNode> object : after.of(kind).entrySet()) {
                    if (object.getValue().equals(clear.get(kind, object.getKey()))) continue;
                    update.setString(1, StoredDocument.text(object.getValue()));
                    update.setString(2, kind.key());
                    update.setString(3, object.getKey());
                    count += update.executeUpdate();
                }
        }
        return count;
    }

    private int sealRevisions(SealedDocuments sealed) throws SQLException {
        int count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select number, document from revisions");
                PreparedStatement update =
                        connection.prepareStatement(
                                "update revisions set document = ? where number = ?")) {
            while (rows.next()) {
                long number = rows.getLong(1);
                Document clear = StoredDocument.document(rows.getBytes(2), number);
                Document after = sealed.seal(clear);
                if (after.equals(clear)) continue;
                update.setBytes(1, StoredDocument.compressed(after));
                update.setLong(2, number);
                count += update.executeUpdate();
            }
        }
        return count;
    }

    /// Whether the database's file may hold traces of what was stored in clear text once.
    static boolean tracesRemain(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select traces from store_state where id = 1")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static void tracesRemain(Connection connection, boolean remain) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update store_state set traces = ? where id = 1")) {
            update.setBoolean(1, remain);
            update.executeUpdate();
        }
    }
}
