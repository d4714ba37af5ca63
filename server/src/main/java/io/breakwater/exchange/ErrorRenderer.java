package io.breakwater.exchange;

import org.jspecify.annotations.Nullable;

/// Makes the body of an error answer.
@FunctionalInterface
public interface ErrorRenderer {
    /// Makes the body. Pure and quick: runs on I/O threads.
    ///
    /// @param head the request; null when there is none worth showing (a malformed head)
    /// @param requestId the request id
    /// @param status the status
    /// @param accept the request's Accept field, null when absent
    /// @return the body and its media type
    Body render(@Nullable RequestHead head, String requestId, int status, @Nullable String accept);

    /// A rendered body.
    ///
    /// @param contentType media type with charset
    /// @param bytes the body, owned by the caller
    record Body(String contentType, byte[] bytes) {}
}
