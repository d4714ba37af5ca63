package io.breakwater.relay;

import io.breakwater.upstream.transport.NodeExchange;
import java.io.IOException;
import org.eclipse.jetty.io.Content;

/// Reads a response that nobody wants to its end, so that its connection can be used again. Gives
/// it up when it is longer than that is worth.
final class Discard implements Runnable {
    /// What a connection is worth.
    static final long SHORT_BYTES = 64 * 1024;

    private final Content.Source body;
    private final NodeExchange exchange;
    private final long mostBytes;
    private long bytes;

    Discard(Content.Source body, NodeExchange exchange, long mostBytes) {
        this.body = body;
        this.exchange = exchange;
        this.mostBytes = mostBytes;
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
            if (bytes > mostBytes) {
                exchange.abort(new IOException("a long response that nobody wants"));
                return;
            }
        }
    }
}
