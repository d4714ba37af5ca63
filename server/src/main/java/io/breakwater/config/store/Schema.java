package io.breakwater.config.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The version of the tables and the migrations that bring it up.
///
/// Flyway takes about 180 ms to find out that there is nothing to do, so one query asks for the
/// version first and Flyway is called only when the tables are behind.
final class Schema {
    /// The newest migration in `db/migration`; a test compares the two.
    static final int CURRENT = 4;

    private static final String TABLES =
            "select count(*), coalesce(sum(case when table_name = 'flyway_schema_history' then 1"
                    + " else 0 end), 0) from information_schema.tables"
                    + " where table_schema = current_schema";
    // Flyway quotes its names, so they are lower case in H2 as well.
    private static final String VERSION =
            "select coalesce(max(cast(\"version\" as integer)), 0) from"
                    + " \"flyway_schema_history\" where \"success\" and \"version\" is not null";

    private Schema() {}

    /// The version of the tables: 0 in an empty database.
    ///
    /// @throws StoreException when it is newer than ours, or when the tables are not ours at all
    static int version(Connection connection, String where) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(TABLES)) {
                row.next();
                if (row.getLong(1) == 0) return 0;
                if (row.getLong(2) == 0)
                    throw new StoreException(
                            where
                                    + " holds tables that are not Breakwater's: set store.url to a"
                                    + " database of its own",
                            null);
            }
            try (ResultSet row = statement.executeQuery(VERSION)) {
                row.next();
                int found = row.getInt(1);
                if (found > CURRENT) throw new StoreException(newer(where, found), null);
                return found;
            }
        }
    }

    private static String newer(String where, int found) {
        return where
                + " was written by a newer Breakwater: its tables have version "
                + found
                + ", this one knows up to "
                + CURRENT
                + ". Nothing was changed; start the newer Breakwater again or put back a copy from"
                + " before the upgrade";
    }

    static void migrate(DataSource source, String where) {
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StoreException(
                    "cannot bring the tables of " + where + " to version " + CURRENT + ": " + e, e);
        }
    }
}
