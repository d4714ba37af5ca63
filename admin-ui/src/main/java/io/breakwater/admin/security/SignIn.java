package io.breakwater.admin.security;

/// What became of a sign-in.
public sealed interface SignIn {
    /// The cookie is set.
    ///
    /// @param session the new session
    record Accepted(Session session) implements SignIn {}

    /// The name or the password is wrong.
    record Refused() implements SignIn {}

    /// Too many wrong passwords; nothing was checked. Answer 429 with `Retry-After`.
    ///
    /// @param seconds how long to wait, 1 or more
    record Throttled(long seconds) implements SignIn {}
}
