package io.breakwater.exchange;

import java.io.Serial;
import org.eclipse.jetty.io.QuietException;
import org.jspecify.annotations.Nullable;

/// An expected failure of an exchange. Carries no stack trace: the kind and the detail say what an
/// operator needs. Quiet, because [Exchange] and the access log have told of it; Jetty would warn
/// of every client that leaves.
public final class ProxyException extends Exception implements QuietException {
    @Serial private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    /// Makes the exception.
    ///
    /// @param kind what went wrong
    /// @param detail for the log only; never shown to a client
    /// @param cause what led to it, null for none
    public ProxyException(ErrorKind kind, String detail, @Nullable Throwable cause) {
        super(detail, cause, false, false);
        this.kind = kind;
    }

    /// What went wrong.
    ///
    /// @return the kind
    public ErrorKind kind() {
        return kind;
    }
}
