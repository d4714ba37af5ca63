package io.breakwater.io;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The writes of a [Gathering] end point. There is one at a time, as everywhere. One that may be
/// put off is when the selector's thread writes it; it may be written by any thread, as another one
/// may serve the selector by then.
final class GatheredWrites {
    private final HonestEndPoint plain;
    private final BiConsumer<Callback, ByteBuffer[]> writer;
    private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();
    private volatile @Nullable Thread gathering;

    /// Makes them.
    ///
    /// @param plain of the channel, whose selector's thread it is about
    /// @param writer the end point's own way to write
    GatheredWrites(HonestEndPoint plain, BiConsumer<Callback, ByteBuffer[]> writer) {
        this.plain = plain;
        this.writer = writer;
    }

    /// Does something whose writes may be put off.
    void gather(Runnable writing) {
        gathering = Thread.currentThread();
        try {
            writing.run();
        } finally {
            gathering = null;
        }
    }

    /// Writes, or puts it off.
    ///
    /// @param callback the write's
    /// @param buffers as given to the end point
    @SuppressWarnings("ReferenceEquality") // this very thread
    void write(Callback callback, ByteBuffer... buffers) {
        if (gathering != Thread.currentThread() || !plain.isServed()) {
            writer.accept(callback, buffers);
            return;
        }
        waiting.set(() -> writer.accept(callback, buffers));
        plain.later(this::writeOut);
    }

    /// Writes what was put off.
    void writeOut() {
        Runnable write = waiting.getAndSet(null);
        if (write != null) write.run();
    }
}
