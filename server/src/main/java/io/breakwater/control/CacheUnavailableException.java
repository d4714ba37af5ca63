package io.breakwater.control;

import java.io.Serial;

/// The cache cannot do at present what is asked of it.
public final class CacheUnavailableException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /// Makes one.
    ///
    /// @param message why, for people
    public CacheUnavailableException(String message) {
        // Expected: no stack trace.
        super(message, null, false, false);
    }
}
