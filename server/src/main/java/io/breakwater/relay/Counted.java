package io.breakwater.relay;

import io.breakwater.io.TunnelEnd;
import io.breakwater.upstream.figures.NodeFigures;
import io.breakwater.upstream.transport.IncomingResponse;
import io.breakwater.upstream.transport.OutgoingBody;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// Counts a node's body bytes as they pass, whatever transport carries them.
final class Counted {
    private Counted() {}

    /// A body on its way to a node.
    ///
    /// @param body the body
    /// @param figures the node's
    record Body(OutgoingBody body, NodeFigures figures) implements OutgoingBody {
        @Override
        public long length() {
            return body.length();
        }

        @Override
        public @Nullable HttpFields trailers() {
            return body.trailers();
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk chunk = body.read();
            int bytes = bytes(chunk);
            if (bytes > 0) figures.sent(bytes);
            return chunk;
        }

        @Override
        public void demand(Runnable onAvailable) {
            body.demand(onAvailable);
        }

        @Override
        public void fail(Throwable failure) {
            body.fail(failure);
        }
    }

    /// A node's response, which is its own body's source.
    ///
    /// @param response the response
    /// @param figures the node's
    record Response(IncomingResponse response, NodeFigures figures)
            implements IncomingResponse, Content.Source {
        @Override
        public int status() {
            return response.status();
        }

        @Override
        public HttpVersion version() {
            return response.version();
        }

        @Override
        public HttpFields fields() {
            return response.fields();
        }

        @Override
        public Content.Source body() {
            return this;
        }

        @Override
        public @Nullable HttpFields trailers() {
            return response.trailers();
        }

        /// What passes then is counted by the tunnel.
        @Override
        public @Nullable TunnelEnd takeOver() {
            return response.takeOver();
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk chunk = response.body().read();
            int bytes = bytes(chunk);
            if (bytes > 0) figures.received(bytes);
            return chunk;
        }

        @Override
        public void demand(Runnable onAvailable) {
            response.body().demand(onAvailable);
        }

        @Override
        public void fail(Throwable failure) {
            response.body().fail(failure);
        }
    }

    private static int bytes(Content.@Nullable Chunk chunk) {
        return chunk == null || Content.Chunk.isFailure(chunk) ? 0 : chunk.remaining();
    }
}
