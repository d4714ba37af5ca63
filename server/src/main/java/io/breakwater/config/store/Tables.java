package io.breakwater.config.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The SQL of objects, revisions and the change counter, the same for H2 and PostgreSQL.
final class Tables {
    private Tables() {}

    /// A document and its revision; revision 0 and no objects in a new store. As read from tables
    /// its secrets are sealed.
    record Current(long revision, Document document) {}

    static long changes(Connection connection) throws SQLException {
        return number(connection, "select changes from store_state where id = 1");
    }

    static long countChange(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("update store_state set changes = changes + 1 where id = 1");
        }
        return changes(connection);
    }

    static long lastRevision(Connection connection) throws SQLException {
        return number(connection, "select coalesce(max(number), 0) from revisions");
    }

    static long users(Connection connection) throws SQLException {
        return number(connection, "select count(*) from users");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    static Current current(Connection connection) throws SQLException {
        Map<Kind, SortedMap<String, ObjectNode>> objects = new EnumMap<>(Kind.class);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select kind, name, body from objects")) {
            while (rows.next()) {
                String key = rows.getString(1);
                String name = rows.getString(2);
                Kind kind = StoredDocument.kind(key, "the store");
                objects.computeIfAbsent(kind, k -> new TreeMap<>())
                        .put(name, StoredDocument.body(rows.getString(3), key + "/" + name));
            }
        }
        return new Current(lastRevision(connection), new Document(objects));
    }

    /// Writes the rows in which two documents differ.
    ///
    /// @param sealed the second one with its secrets sealed, which is what is written: sealed texts
    ///   differ even when what they hold does not
    static void replaceObjects(Connection connection, Document from, Document to, Document sealed)
            throws SQLException {
        try (PreparedStatement delete =
                        connection.prepareStatement(
                                "delete from objects where kind = ? and name = ?");
                PreparedStatement insert =
                        connection.prepareStatement(
                                "insert into objects (kind, name, body) values (?, ?, ?)")) {
            for (Kind kind : Kind.values()) {
                SortedMap<String, ObjectNode> before = from.of(kind);
                SortedMap<String, ObjectNode> after = to.of(kind);
                for (Map.Entry<String, ObjectNode> object : before.entrySet())
                    if (!object.getValue().equals(after.get(object.getKey())))
                        add(delete, kind.key(), object.getKey());
                for (Map.Entry<String, ObjectNode> object : sealed.of(kind).entrySet()) {
                    String name = object.getKey();
                    if (!Objects.equals(before.get(name), after.get(name)))
                        add(insert, kind.key(), name, StoredDocument.text(object.getValue()));
                }
            }
            delete.executeBatch();
            insert.executeBatch();
        }
    }

    private static void add(PreparedStatement statement, String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) statement.setString(i + 1, values[i]);
        statement.addBatch();
    }

    static void insertRevision(Connection connection, Control.Revision revision, byte[] document)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "insert into revisions (number, author, comment, created, document)"
                                + " values (?, ?, ?, ?, ?)")) {
            insert.setLong(1, revision.number());
            insert.setString(2, revision.author());
            insert.setString(3, revision.comment());
            insert.setLong(4, revision.createdMillis());
            insert.setBytes(5, document);
            insert.executeUpdate();
        }
    }

    static List<Control.Revision> revisions(Connection connection, int limit) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "select number, author, comment, created from revisions"
                                + " order by number desc limit ?")) {
            query.setInt(1, limit);
            return revisions(query);
        }
    }

    static Control.@Nullable Revision revision(Connection connection, long number)
            throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "select number, author, comment, created from revisions where number ="
                                + " ?")) {
            query.setLong(1, number);
            List<Control.Revision> found = revisions(query);
            return found.isEmpty() ? null : found.getFirst();
        }
    }

    /// Reads every revision's document to its end.
    ///
    /// @throws StoreException when one is damaged
    static void readHistory(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select number, document from revisions")) {
            while (rows.next()) StoredDocument.document(rows.getBytes(2), rows.getLong(1));
        }
    }

    private static List<Control.Revision> revisions(PreparedStatement query) throws SQLException {
        List<Control.Revision> found = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next())
                found.add(
                        new Control.Revision(
                                rows.getLong(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getLong(4)));
        }
        return found;
    }

    static @Nullable Document document(Connection connection, long number) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select document from revisions where number = ?")) {
            query.setLong(1, number);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? StoredDocument.document(row.getBytes(1), number) : null;
            }
        }
    }
}
