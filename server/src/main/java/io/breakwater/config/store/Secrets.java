package io.breakwater.config.store;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Random bytes that are made once and then stay, sealed.
final class Secrets {
    private final Store store;
    private final SealingKey key;

    Secrets(Store store, SealingKey key) {
        this.store = store;
        this.key = key;
    }

    byte[] get(String name, int bytes) {
        byte[] present = store.read(connection -> find(connection, name));
        if (present != null) return present;
        byte[] fresh = new byte[bytes];
        new SecureRandom().nextBytes(fresh);
        try {
            store.write(connection -> insert(connection, name, fresh));
            return fresh;
        } catch (StoreException e) {
            // Another process on the same database may have been faster.
            present = store.read(connection -> find(connection, name));
            if (present == null) throw e;
            return present;
        }
    }

    private byte @Nullable [] find(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select content from secrets where name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? key.open(row.getString(1), place(name)) : null;
            }
        }
    }

    private boolean insert(Connection connection, String name, byte[] content) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into secrets (name, content) values (?, ?)")) {
            insert.setString(1, name);
            insert.setString(2, key.seal(content, place(name)));
            return insert.executeUpdate() == 1;
        }
    }

    /// Seals what an earlier version stored as base64.
    ///
    /// @return how many there were
    static int sealAll(Connection connection, SealingKey key) throws SQLException {
        Map<String, String> clear = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select name, content from secrets")) {
            while (rows.next()) clear.put(rows.getString(1), rows.getString(2));
        }
        try (PreparedStatement update =
                connection.prepareStatement("update secrets set content = ? where name = ?")) {
            for (Map.Entry<String, String> secret : clear.entrySet()) {
                byte[] content = Base64.getDecoder().decode(secret.getValue());
                update.setString(1, key.seal(content, place(secret.getKey())));
                update.setString(2, secret.getKey());
                update.executeUpdate();
            }
        }
        return clear.size();
    }

    private static String place(String name) {
        return "secrets/" + name;
    }
}
