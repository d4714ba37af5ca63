package io.breakwater.config.store;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Random bytes that are made once and then stay.
final class Secrets {
    private final Store store;

    Secrets(Store store) {
        this.store = store;
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

    private static byte @Nullable [] find(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select content from secrets where name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Base64.getDecoder().decode(row.getString(1)) : null;
            }
        }
    }

    private static boolean insert(Connection connection, String name, byte[] content)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into secrets (name, content) values (?, ?)")) {
            insert.setString(1, name);
            insert.setString(2, Base64.getEncoder().encodeToString(content));
            return insert.executeUpdate() == 1;
        }
    }
}
