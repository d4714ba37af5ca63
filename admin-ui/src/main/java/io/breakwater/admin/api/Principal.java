package io.breakwater.admin.api;

import io.breakwater.admin.security.Session;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Who makes a request.
///
/// @param author the name that goes into the history
/// @param user the user, null for a token
/// @param session the browser's session, null for other credentials
/// @param live whether the credentials still hold, for streams
record Principal(
        String author, @Nullable String user, @Nullable Session session, BooleanSupplier live) {
    /// Nobody, on routes that need nobody.
    static final Principal ANYBODY = new Principal("", null, null, () -> true);
}
