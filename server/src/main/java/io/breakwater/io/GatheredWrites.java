package io.breakwater.io;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The writes of a [Gathering] end point. There is one at a time, as everywhere. They are put off
/// on the selector's thread only, by which all is done with them; those of other threads are not.
final class GatheredWrites {
    private final HonestEndPoint plain;
    private final BiConsumer<Callback, ByteBuffer[]> writer;
    private boolean writing;
    private @Nullable Runnable waiting;

    /// Makes them.
    ///
    /// @param plain of the channel, whose selector's thread it is about
    /// @param writer the end point's own way to write
    GatheredWrites(HonestEndPoint plain, BiConsumer<Callback, ByteBuffer[]> writer) {
        this.plain = plain;
        this.writer = writer;
    }

    /// Writes, or puts it off.
    ///
    /// @param callback the write's
    /// @param buffers as given to the end point
    void write(Callback callback, ByteBuffer... buffers) {
        // What waited for a write that was put off is written by it, and not put off again.
        if (!plain.isServed() || writing) {
            writer.accept(callback, buffers);
            return;
        }
        waiting = () -> writer.accept(callback, buffers);
        plain.later(this::writeOut);
    }

    /// Writes what was put off, if this is the selector's thread.
    void writeOut() {
        if (!plain.isServed()) return;
        Runnable write = waiting;
        if (write == null) return;
        waiting = null;
        writing = true;
        try {
            write.run();
        } finally {
            writing = false;
        }
    }
}
