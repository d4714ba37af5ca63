package io.breakwater.upstream.transport;

import org.eclipse.jetty.http.HttpFields;

/// Is told how one request to a node goes: [#sending], any number of [#interim], one [#head], and
/// then one of [#complete] and [#failed], which may also come without the others. Called on
/// selector threads, one call after the other, but for [#failed], which may come from any thread
/// and at any time.
public interface ExchangeListener {
    /// There is a connection, and the request is about to be written.
    void sending();

    /// An interim response (RFC 9110 §15.2).
    ///
    /// @param status 100 to 199, not 101
    /// @param fields its fields
    void interim(int status, HttpFields fields);

    /// The head of the final response. The listener reads the body from now on.
    ///
    /// @param response the response
    void head(IncomingResponse response);

    /// The whole response has been received. Called from within the body's read that finds its end,
    /// before the last chunk is handed out.
    void complete();

    /// There will be nothing more.
    ///
    /// @param failure why; [StaleConnectionException] when a kept connection turned out to be
    ///   closed
    void failed(Throwable failure);
}
