package io.breakwater.config.store;

import io.breakwater.control.Accounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Users and tokens in the store. Hashing a password is done outside of transactions.
final class StoredAccounts implements Accounts {
    private static final Logger log = LoggerFactory.getLogger(StoredAccounts.class);
    private static final String FIRST_USER = "admin";
    private static final int MIN_PASSWORD = 8;
    private static final int MAX_PASSWORD = 1024;
    private static final String TOKEN_PREFIX = "bwt_";
    private static final int TOKEN_BYTES = 32;
    private static final Pattern TOKEN_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    private final Store store;
    private final Path initialPasswordFile;

    StoredAccounts(Store store, Path initialPasswordFile) {
        this.store = store;
        this.initialPasswordFile = initialPasswordFile;
    }

    @Nullable String ensureAdmin(@Nullable String given) {
        if (store.read(Tables::users) > 0) {
            if (!mustChangePassword(FIRST_USER)) removeInitialPassword();
            return null;
        }
        String password = given == null ? Passwords.generated() : given;
        checkLength(password);
        // The file before the user: a crash in between is mended by the next start.
        if (given == null) writeInitialPassword(password);
        String hash = Passwords.hash(password);
        store.write(connection ->
                update(
                        connection,
                        "insert into users (name, password, password_version, must_change,"
                                + " created) values (?, ?, 1, ?, ?)",
                        FIRST_USER,
                        hash,
                        given == null,
                        store.nowMillis()));
        return given == null ? password : null;
    }

    @Override
    public boolean signIn(String user, String password) {
        User found = user(user);
        boolean usable = password.length() <= MAX_PASSWORD;
        boolean right =
                Passwords.matches(
                        usable ? password : "", found == null ? Passwords.NOBODY : found.password);
        return right && usable && found != null;
    }

    @Override
    public boolean setPassword(String user, String password) {
        checkLength(password);
        User found = user(user);
        if (found == null) return false;
        String hash = Passwords.hash(password);
        int changed =
                store.write(connection ->
                        update(
                                connection,
                                "update users set password = ?, must_change = false,"
                                        + " password_version = password_version + 1"
                                        + " where name = ?",
                                hash,
                                user));
        if (found.mustChange) removeInitialPassword();
        return changed == 1;
    }

    @Override
    public boolean mustChangePassword(String user) {
        User found = user(user);
        return found != null && found.mustChange;
    }

    @Override
    public long passwordVersion(String user) {
        User found = user(user);
        return found == null ? -1 : found.version;
    }

    @Override
    public String createToken(String name, String author) {
        if (!TOKEN_NAME.matcher(name).matches())
            throw new IllegalArgumentException(
                    "token name: " + name + " (expected: [a-z0-9][a-z0-9._-]*, at most 100 long)");
        String text =
                TOKEN_PREFIX
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(Passwords.randomBytes(TOKEN_BYTES));
        String hash = HexFormat.of().formatHex(sha256(text));
        store.write(connection -> {
            if (tokens(connection).stream().anyMatch(token -> token.name().equals(name)))
                throw new IllegalArgumentException(
                        "token name: " + name + " (expected: a name that is not taken)");
            return update(
                    connection,
                    "insert into tokens (name, hash, author, created) values (?, ?, ?, ?)",
                    name,
                    hash,
                    author,
                    store.nowMillis());
        });
        return text;
    }

    @Override
    public List<Token> tokens() {
        return store.read(StoredAccounts::tokens);
    }

    @Override
    public boolean revokeToken(String name) {
        return store.write(
                        connection -> update(connection, "delete from tokens where name = ?", name))
                == 1;
    }

    @Override
    public @Nullable String tokenName(String text) {
        if (!text.startsWith(TOKEN_PREFIX)) return null;
        byte[] hash = sha256(text);
        String hex = HexFormat.of().formatHex(hash);
        return store.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("select name, hash from tokens where hash = ?")) {
                query.setString(1, hex);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) return null;
                    byte[] stored = HexFormat.of().parseHex(row.getString(2));
                    return MessageDigest.isEqual(stored, hash) ? row.getString(1) : null;
                }
            }
        });
    }

    private static List<Token> tokens(Connection connection) throws SQLException {
        List<Token> tokens = new ArrayList<>();
        try (PreparedStatement query =
                        connection.prepareStatement(
                                "select name, author, created from tokens order by name");
                ResultSet rows = query.executeQuery()) {
            while (rows.next())
                tokens.add(new Token(rows.getString(1), rows.getString(2), rows.getLong(3)));
        }
        return tokens;
    }

    private @Nullable User user(String name) {
        return store.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement(
                            "select password, password_version, must_change from users"
                                    + " where name = ?")) {
                query.setString(1, name);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) return null;
                    return new User(row.getString(1), row.getLong(2), row.getBoolean(3));
                }
            }
        });
    }

    private static int update(Connection connection, String sql, Object... values)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) update.setObject(i + 1, values[i]);
            return update.executeUpdate();
        }
    }

    private static void checkLength(String password) {
        if (password.length() < MIN_PASSWORD || password.length() > MAX_PASSWORD)
            throw new IllegalArgumentException(
                    "password: "
                            + password.length()
                            + " characters (expected: "
                            + MIN_PASSWORD
                            + " to "
                            + MAX_PASSWORD
                            + ")");
    }

    private void writeInitialPassword(String password) {
        try {
            PrivateFiles.replace(initialPasswordFile, password + "\n");
        } catch (IOException e) {
            throw new StoreException(
                    "cannot write the first password to " + initialPasswordFile + ": " + e, e);
        }
    }

    private void removeInitialPassword() {
        try {
            Files.deleteIfExists(initialPasswordFile);
        } catch (IOException e) {
            log.warn(
                    "cannot remove {}, which holds a password of the past", initialPasswordFile, e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// A row of users.
    private record User(String password, long version, boolean mustChange) {}
}
