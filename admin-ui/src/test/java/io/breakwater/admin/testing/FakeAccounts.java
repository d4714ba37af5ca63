package io.breakwater.admin.testing;

import io.breakwater.control.Accounts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Accounts in memory: `admin` with password `correct horse`.
public final class FakeAccounts implements Accounts {
    /// The administrator's password.
    public static final String PASSWORD = "correct horse";

    private final Map<String, String> passwords =
            new ConcurrentHashMap<>(Map.of("admin", PASSWORD));
    private final Map<String, Long> versions = new ConcurrentHashMap<>(Map.of("admin", 1L));
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final Map<String, String> namesByText = new ConcurrentHashMap<>();
    private final AtomicInteger checks = new AtomicInteger();

    /// Makes the accounts.
    public FakeAccounts() {}

    /// How many passwords were checked.
    ///
    /// @return calls of [#signIn]
    public int checks() {
        return checks.get();
    }

    @Override
    public boolean signIn(String user, String password) {
        checks.incrementAndGet();
        return password.equals(passwords.get(user));
    }

    @Override
    public boolean setPassword(String user, String password) {
        if (password.length() < 8) {
            throw new IllegalArgumentException("too short");
        }
        if (!passwords.containsKey(user)) {
            return false;
        }
        passwords.put(user, password);
        versions.merge(user, 1L, Long::sum);
        return true;
    }

    @Override
    public boolean mustChangePassword(String user) {
        return passwordVersion(user) == 1;
    }

    @Override
    public long passwordVersion(String user) {
        return versions.getOrDefault(user, -1L);
    }

    @Override
    public String createToken(String name, String author) {
        if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
            throw new IllegalArgumentException("name");
        }
        String text = "token-" + name + "-" + tokens.size();
        tokens.put(name, new Token(name, author, 1_000));
        namesByText.put(text, name);
        return text;
    }

    @Override
    public List<Token> tokens() {
        return List.copyOf(tokens.values());
    }

    @Override
    public boolean revokeToken(String name) {
        namesByText.values().remove(name);
        return tokens.remove(name) != null;
    }

    @Override
    public @Nullable String tokenName(String text) {
        return namesByText.get(text);
    }
}
