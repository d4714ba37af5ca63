package io.breakwater.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Users and API tokens. Calls block (store, password hashing).
public interface Accounts {
    /// Checks a password. Takes the same time for unknown users.
    ///
    /// @param user user name
    /// @param password what was typed
    /// @return true when it is right
    boolean signIn(String user, String password);

    /// Sets a password and removes the file with the first one.
    ///
    /// @param user user name
    /// @param password the new one, at least 8 characters
    /// @return false when there is no such user
    /// @throws IllegalArgumentException when it is too short
    boolean setPassword(String user, String password);

    /// Whether the user still has the first, generated password.
    ///
    /// @param user user name
    /// @return true until the first change
    boolean mustChangePassword(String user);

    /// A number that rises with each password change, so that sessions made before can be refused.
    ///
    /// @param user user name
    /// @return the number, -1 when there is no such user
    long passwordVersion(String user);

    /// Makes a token. Its text is shown once and only its hash is kept.
    ///
    /// @param name a label, unique among live tokens
    /// @param author who made it
    /// @return the token's text
    /// @throws IllegalArgumentException when the name is taken or not `[a-z0-9][a-z0-9._-]*`
    String createToken(String name, String author);

    /// All live tokens.
    ///
    /// @return without their text
    List<Token> tokens();

    /// Revokes a token.
    ///
    /// @param name its label
    /// @return false when there is none
    boolean revokeToken(String name);

    /// The name of the token with this text.
    ///
    /// @param text what the client sent
    /// @return its label, null when there is none
    @Nullable String tokenName(String text);

    /// A live token.
    ///
    /// @param name its label
    /// @param author who made it
    /// @param createdMillis epoch milliseconds
    record Token(String name, String author, long createdMillis) {}
}
