package io.breakwater.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.upstream.transport.OutgoingBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/// A request body that can be sent more than once as long as no more than [#MOST_BYTES] of it have
/// been read: what passes is copied until then. Each attempt has a reader of its own, which begins
/// at the first byte; only the newest one gets any.
final class ReplayableBody {
    private static final int MOST_BYTES = 64 * 1024;

    private final OutgoingBody source;
    private final boolean keeps;

    @GuardedBy("this")
    private final List<byte[]> kept = new ArrayList<>();

    @GuardedBy("this")
    private int keptBytes;

    @GuardedBy("this")
    private boolean lost;

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private boolean demanded;

    @GuardedBy("this")
    private @Nullable Reader newest;

    /// Wraps a body.
    ///
    /// @param source the body, from now on read through this only
    /// @param keeps whether to keep anything; without, it can be sent again until it is read
    ReplayableBody(OutgoingBody source, boolean keeps) {
        this.source = source;
        this.keeps = keeps;
    }

    /// Whether another attempt could send it from its first byte.
    synchronized boolean isWhole() {
        return !lost;
    }

    /// The body for one more attempt.
    synchronized OutgoingBody reader() {
        Reader reader = new Reader();
        newest = reader;
        return reader;
    }

    @GuardedBy("this")
    private void keep(Content.Chunk chunk) {
        int bytes = chunk.remaining();
        if (bytes == 0 || lost) return;
        if (!keeps || keptBytes + bytes > MOST_BYTES) {
            lost = true;
            kept.clear();
            return;
        }
        byte[] copy = new byte[bytes];
        chunk.getByteBuffer().duplicate().get(copy);
        kept.add(copy);
        keptBytes += bytes;
    }

    private void available() {
        Runnable waiting;
        synchronized (this) {
            demanded = false;
            Reader reader = newest;
            waiting = reader == null ? null : reader.takeWaiting();
        }
        if (waiting != null) waiting.run();
    }

    /// One attempt's view.
    private final class Reader implements OutgoingBody {
        private int next;
        private @Nullable Runnable waiting;

        @Nullable Runnable takeWaiting() {
            Runnable action = waiting;
            waiting = null;
            return action;
        }

        @Override
        public long length() {
            return source.length();
        }

        @Override
        public @Nullable HttpFields trailers() {
            return source.trailers();
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // this very reader
        public Content.@Nullable Chunk read() {
            synchronized (ReplayableBody.this) {
                if (newest != this)
                    return Content.Chunk.from(new EofException("another attempt reads"), true);
                if (next < kept.size()) {
                    byte[] bytes = kept.get(next++);
                    boolean last = ended && next == kept.size();
                    return Content.Chunk.from(ByteBuffer.wrap(bytes), last);
                }
                if (ended) return Content.Chunk.EOF;
                Content.Chunk chunk = source.read();
                if (chunk == null || Content.Chunk.isFailure(chunk)) return chunk;
                keep(chunk);
                next = kept.size();
                ended = chunk.isLast();
                return chunk;
            }
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // this very reader
        public void demand(Runnable onAvailable) {
            boolean now;
            boolean ask;
            synchronized (ReplayableBody.this) {
                now = next < kept.size() || ended || newest != this;
                if (!now) waiting = onAvailable;
                ask = !now && !demanded;
                if (ask) demanded = true;
            }
            if (now) onAvailable.run();
            else if (ask) source.demand(ReplayableBody.this::available);
        }

        @Override
        public void fail(Throwable failure) {
            // An attempt that fails leaves the body to the next one.
        }
    }
}
