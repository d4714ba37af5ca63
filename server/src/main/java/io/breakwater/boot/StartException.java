package io.breakwater.boot;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A start that cannot go on. Its message is one line for the person at the terminal; the stack
/// goes to the log only.
final class StartException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
