package io.breakwater.upstream.transport;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// A request body on its way to a node. Read by one reader, which releases each chunk when it is
/// written.
public interface OutgoingBody extends Content.Source {
    /// Its length.
    ///
    /// @return bytes, -1 when not known; it is sent chunked then
    long length();

    /// Its trailers.
    ///
    /// @return asked for after the last chunk; null for none
    @Nullable HttpFields trailers();

    /// Reads on to what has to be written: bytes, the end or a failure.
    ///
    /// @return null when there is nothing yet
    default Content.@Nullable Chunk next() {
        Content.Chunk chunk = read();
        while (chunk != null
                && !chunk.isLast()
                && !chunk.hasRemaining()
                && !Content.Chunk.isFailure(chunk)) {
            chunk.release();
            chunk = read();
        }
        return chunk;
    }
}
