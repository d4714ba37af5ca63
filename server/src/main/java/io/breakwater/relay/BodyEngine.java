package io.breakwater.relay;

import io.breakwater.exchange.ErrorKind;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.jspecify.annotations.Nullable;

/// Moves the bodies of one exchange. Heads, attempts, deadlines and failures are the
/// [UpstreamCall]'s.
public interface BodyEngine {
    /// The request body for an attempt. Asked once per attempt; the bytes can be given only once.
    ///
    /// @return the body, null for none
    Request.@Nullable Content requestContent();

    /// Gets the final response: its events from `onHeaders` on. The downstream head is set before
    /// `onHeaders`.
    ///
    /// @return the listener
    Response.Listener responseListener();

    /// The upstream lets the request body flow (100).
    void proceed();

    /// No further attempt will be made: answer with an error or break off.
    ///
    /// @param kind what failed
    /// @param detail for the log, null for none
    void fail(ErrorKind kind, @Nullable String detail);
}
