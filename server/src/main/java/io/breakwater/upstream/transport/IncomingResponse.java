package io.breakwater.upstream.transport;

import io.breakwater.io.TunnelEnd;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// A node's final response: its head, and the body to read.
public interface IncomingResponse {
    /// The status.
    ///
    /// @return 101, or 200 and up
    int status();

    /// The version of the status line.
    ///
    /// @return the version
    HttpVersion version();

    /// The fields of the head.
    ///
    /// @return as they came, framing and hop-by-hop fields included
    HttpFields fields();

    /// The body, without its framing. One reader. The chunk that holds the last byte is marked as
    /// the last one if the end is known by then; after the last chunk every read gives the end
    /// again. A failure is told to the [ExchangeListener] first.
    ///
    /// @return the same source each time; each chunk is released by its reader
    Content.Source body();

    /// The trailers.
    ///
    /// @return null before the last chunk and when there are none
    @Nullable HttpFields trailers();

    /// Takes the connection over after a 101. The exchange is over with that, and its listener
    /// hears no more; whoever takes it closes it.
    ///
    /// @return the node's end; null when the exchange has failed meanwhile
    /// @throws IllegalStateException when it is no 101
    default @Nullable TunnelEnd takeOver() {
        throw new IllegalStateException("status " + status());
    }
}
