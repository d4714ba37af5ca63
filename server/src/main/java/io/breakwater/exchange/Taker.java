package io.breakwater.exchange;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Takes the upstream's response in the place of a client: what an exchange of the process's own is
/// made for ([Exchange#inner]).
///
/// Threads: [#head], [#content] and [#room] on selector threads, one after the other; [#end] once,
/// from any thread, after which nothing follows.
public interface Taker {
    /// The head of the final response.
    ///
    /// @param response status and fields, without those of the connection
    void head(Response response);

    /// A part of the body.
    ///
    /// @param bytes to be read within the call, or kept as long as `owner` is retained, if it can
    ///   be
    /// @param owner of the bytes; who keeps them retains it
    void content(ByteBuffer bytes, Retainable owner);

    /// The next part is read when there is room for it.
    ///
    /// @param callback succeeds then, within the call or later; not failed
    void room(Callback callback);

    /// The response is whole, or there will be no more of it.
    ///
    /// @param failure what went wrong, null when it is whole
    void end(@Nullable ErrorKind failure);
}
