package io.breakwater.relay.transform;

import io.breakwater.exchange.Taker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet.ContentTransformer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.Retainable;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Hands a body to a [Taker], past a filter if there is one. Nothing comes out at its other end: no
/// client waits there. What is not filtered is handed on in the node's own buffers.
final class TakingTransformer implements ContentTransformer {
    private final Taker taker;
    private final @Nullable ContentTransformer filter;
    private Content.@Nullable Chunk chunk;

    TakingTransformer(Taker taker, @Nullable ContentTransformer filter) {
        this.taker = taker;
        this.filter = filter;
    }

    /// Says whose bytes come next.
    ///
    /// @param next not retained beyond the call that hands its bytes on
    void next(Content.Chunk next) {
        chunk = next;
    }

    /// Waits for the taker to have room.
    void room(Callback callback) {
        taker.room(callback);
    }

    @Override
    public void transform(ByteBuffer input, boolean finished, List<ByteBuffer> output)
            throws IOException {
        if (filter != null) {
            List<ByteBuffer> filtered = new ArrayList<>();
            filter.transform(input, finished, filtered);
            // Made for this call: they belong to whoever keeps them.
            for (ByteBuffer part : filtered)
                if (part.hasRemaining()) taker.content(part, Retainable.NON_RETAINABLE);
            return;
        }
        Content.Chunk owner = chunk;
        chunk = null;
        if (owner != null && input.hasRemaining()) taker.content(input.slice(), owner);
        input.position(input.limit());
    }
}
