package io.breakwater.admin.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// A signed-in browser.
public final class Session {
    private final String id;
    private final String user;
    private final String csrfToken;
    private final long passwordVersion;
    private final long createdMillis;
    // Racy by design: two requests at once may set it in either order, milliseconds apart.
    private volatile long seenMillis;

    Session(String id, String user, String csrfToken, long passwordVersion, long nowMillis) {
        this.id = id;
        this.user = user;
        this.csrfToken = csrfToken;
        this.passwordVersion = passwordVersion;
        this.createdMillis = nowMillis;
        this.seenMillis = nowMillis;
    }

    /// Who signed in.
    ///
    /// @return the user's name
    public String user() {
        return user;
    }

    /// The token that every change made with this session must carry, as form field `_csrf` or
    /// header `X-CSRF-Token`.
    ///
    /// @return URL-safe text
    public String csrfToken() {
        return csrfToken;
    }

    /// Compares in constant time.
    ///
    /// @param sent what the request carried, null when nothing
    /// @return true when it is this session's token
    public boolean hasToken(@Nullable String sent) {
        return sent != null
                && MessageDigest.isEqual(
                        sent.getBytes(StandardCharsets.UTF_8),
                        csrfToken.getBytes(StandardCharsets.UTF_8));
    }

    String id() {
        return id;
    }

    long passwordVersion() {
        return passwordVersion;
    }

    long createdMillis() {
        return createdMillis;
    }

    long seenMillis() {
        return seenMillis;
    }

    void seen(long nowMillis) {
        seenMillis = nowMillis;
    }
}
