package io.breakwater.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.CompressionConfig;
import io.breakwater.exchange.Exchange;
import io.breakwater.http.ContentCoding;
import io.breakwater.relay.encode.Encoder;
import io.breakwater.relay.encode.Encoders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The body of one response while it is compressed. One thread at a time gives bytes; the exchange
/// may end at any moment, and then the encoder's memory is freed.
public final class Encoding {
    private final Exchange exchange;
    private final Encoders.Count count;

    @GuardedBy("this")
    private final Encoder encoder;

    @GuardedBy("this")
    private boolean closed;

    /// Whether bytes may wait in the encoder.
    private boolean pending;

    private Encoding(Exchange exchange, Encoder encoder, Encoders.Count count) {
        this.exchange = exchange;
        this.encoder = encoder;
        this.count = count;
    }

    static Encoding begin(
            Exchange exchange,
            Encoders encoders,
            ContentCoding coding,
            CompressionConfig config,
            long length)
            throws IOException {
        Encoder encoder = encoders.open(coding, config, length);
        Encoders.Count count = encoders.count(coding);
        count.begun();
        Encoding encoding = new Encoding(exchange, encoder, count);
        exchange.onFinish(encoding::close);
        // Who ended it meanwhile did not see that there is something to close.
        if (exchange.isFinished()) encoding.close();
        return encoding;
    }

    /// Whether bytes may wait for more of them to come.
    ///
    /// @return false when [Encoder.Then#PAUSE] would give nothing
    public boolean isPending() {
        return pending;
    }

    /// Encodes bytes.
    ///
    /// @param input consumed whole
    /// @param then what follows
    /// @param output gets buffers of the caller's own
    /// @throws IOException when the coding fails, or the exchange has ended
    public synchronized void encode(ByteBuffer input, Encoder.Then then, List<ByteBuffer> output)
            throws IOException {
        if (closed) throw new IOException("the exchange has ended");
        int before = input.remaining();
        int first = output.size();
        encoder.encode(input, then, output);
        long after = 0;
        for (ByteBuffer part : output.subList(first, output.size())) after += part.remaining();
        pending = then == Encoder.Then.MORE && (before > 0 || pending);
        count.encoded(before, after);
        exchange.encoded(before, after);
    }

    private synchronized void close() {
        if (closed) return;
        closed = true;
        encoder.close();
        count.ended();
    }
}
