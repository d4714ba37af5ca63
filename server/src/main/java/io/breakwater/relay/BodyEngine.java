package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.OutgoingBody;
import org.jspecify.annotations.Nullable;

/// Moves the bodies of one exchange. Heads, attempts, deadlines and failures are the
/// [UpstreamCall]'s.
public interface BodyEngine {
    /// The request body. Asked once; its bytes can be read only once.
    ///
    /// @return the body, null for none
    @Nullable OutgoingBody requestBody();

    /// Takes the final response over: sets the downstream head and moves the body. Once.
    ///
    /// @param response the response
    void response(IncomingResponse response);

    /// The upstream lets the request body flow (100).
    void proceed();

    /// No further attempt will be made: answer with an error or break off. Any thread, possibly
    /// more than once.
    ///
    /// @param kind what failed
    /// @param detail for the log, null for none
    void fail(ErrorKind kind, @Nullable String detail);
}
