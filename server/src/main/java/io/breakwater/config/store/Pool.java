package io.breakwater.config.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Connections to the database, a few.
final class Pool {
    private static final int CONNECTIONS = 4;
    private static final int WAIT_MILLIS = 10_000;

    private Pool() {}

    /// Opens a pool.
    ///
    /// @throws SQLException when no connection can be made
    static HikariDataSource open(String url) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setPoolName("bw-store");
        config.setJdbcUrl(url);
        if (url.startsWith("jdbc:h2:")) {
            config.setUsername("sa");
            config.setPassword("");
            // An embedded database does not drop connections, and is closed with its last one.
            config.setMaxLifetime(0);
        }
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(WAIT_MILLIS);
        try {
            return new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            throw new SQLException(reason(e), sqlState(e), errorCode(e), e);
        } catch (RuntimeException e) {
            // Hikari's answer to a URL that no driver knows.
            throw new SQLException(reason(e), e);
        }
    }

    static void migrated(String url, String where) {
        try (HikariDataSource source = open(url)) {
            Schema.migrate(source, where);
        } catch (SQLException e) {
            throw new StoreException("cannot create " + where + ": " + reason(e), e);
        }
    }

    /// The innermost message, which is the one that says what happened.
    static String reason(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) last = last.getCause();
        String message = last.getMessage();
        return message == null ? last.toString() : message;
    }

    private static @Nullable SQLException sql(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause())
            if (t instanceof SQLException s) return s;
        return null;
    }

    private static @Nullable String sqlState(Throwable e) {
        SQLException sql = sql(e);
        return sql == null ? null : sql.getSQLState();
    }

    private static int errorCode(Throwable e) {
        SQLException sql = sql(e);
        return sql == null ? 0 : sql.getErrorCode();
    }
}
