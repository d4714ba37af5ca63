package io.breakwater.config.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The store cannot be opened, read or written. The message is for the operator: which file or
/// address, what was found there, and what to do about it.
public final class StoreException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /// Makes the exception.
    ///
    /// @param message one or two sentences for the operator
    /// @param cause what led to it, null for none
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
