package io.breakwater.relay;

import io.breakwater.upstream.transport.NodeExchange;
import java.io.IOException;
import org.eclipse.jetty.io.Content;

/// Reads a response that nobody wants to its end, so that its connection can be used again. Gives
/// it up when it is long.
final class Discard implements Runnable {
    private static final long MOST_BYTES = 64 * 1024;

    private final Content.Source body;
    private final NodeExchange exchange;
    private long bytes;

    Discard(Content.Source body, NodeExchange exchange) {
        this.body = body;
        this.exchange = exchange;
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = body.read();
            if (chunk == null) {
                body.demand(this);
                return;
            }
            bytes += chunk.remaining();
            boolean over = chunk.isLast();
            chunk.release();
            if (over) return;
            if (bytes > MOST_BYTES) {
                exchange.abort(new IOException("a long response that nobody wants"));
                return;
            }
        }
    }
}
