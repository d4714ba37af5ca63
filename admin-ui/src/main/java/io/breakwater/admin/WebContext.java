package io.breakwater.admin;

import io.breakwater.admin.security.PasswordGate;
import io.breakwater.admin.security.Sessions;
import io.breakwater.control.Accounts;
import io.breakwater.control.Control;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the console's servlets work with.
///
/// @param control the running Breakwater
/// @param accounts users and tokens
/// @param sessions signed-in browsers
/// @param passwords throttled password checks; use it instead of [Accounts#signIn]
/// @param webDir templates and static files are read live from here; null for those in the jar
public record WebContext(
        Control control,
        Accounts accounts,
        Sessions sessions,
        PasswordGate passwords,
        @Nullable Path webDir) {}
