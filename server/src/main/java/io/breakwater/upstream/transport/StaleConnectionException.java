package io.breakwater.upstream.transport;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The node closed a kept connection in the moment of its reuse, before anything of a response came
/// (RFC 9112 §9.3.1). No fault of the node.
public final class StaleConnectionException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    private final boolean sent;

    StaleConnectionException(boolean sent, @Nullable Throwable cause) {
        super("a kept connection was closed by the node", cause);
        this.sent = sent;
    }

    /// Whether the node may have got the request.
    ///
    /// @return false when nothing was sent, so that any request may be sent again
    public boolean isSent() {
        return sent;
    }
}
