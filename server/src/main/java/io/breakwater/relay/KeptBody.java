package io.breakwater.relay;

import io.breakwater.upstream.transport.OutgoingBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// A short body that is kept whole before it is sent. Filled by one thread, then read by another.
final class KeptBody implements OutgoingBody {
    private final long length;
    private final long mostBytes;
    private final List<byte[]> parts = new ArrayList<>();
    private long bytes;
    private volatile boolean whole;
    private @Nullable HttpFields trailers;
    private int next;

    /// Makes an empty one.
    ///
    /// @param length as announced, -1 for chunked
    /// @param mostBytes how much is kept
    KeptBody(long length, long mostBytes) {
        this.length = length;
        this.mostBytes = mostBytes;
    }

    /// Copies what comes.
    ///
    /// @param chunk left as it is
    /// @return false when it is too much
    boolean add(Content.Chunk chunk) {
        int more = chunk.remaining();
        if (bytes + more > mostBytes) return false;
        if (more == 0) return true;
        byte[] copy = new byte[more];
        chunk.getByteBuffer().duplicate().get(copy);
        parts.add(copy);
        bytes += more;
        return true;
    }

    /// Nothing more will come.
    ///
    /// @return false when that was known
    boolean end(@Nullable HttpFields last) {
        if (whole) return false;
        trailers = last;
        whole = true;
        return true;
    }

    boolean isWhole() {
        return whole;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public @Nullable HttpFields trailers() {
        return trailers;
    }

    @Override
    public Content.Chunk read() {
        if (next == parts.size()) return Content.Chunk.EOF;
        byte[] part = parts.get(next++);
        return Content.Chunk.from(ByteBuffer.wrap(part), next == parts.size());
    }

    @Override
    public void demand(Runnable onAvailable) {
        onAvailable.run();
    }

    @Override
    public void fail(Throwable failure) {
        // Nobody is told.
    }
}
