package io.breakwater.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The mapped files that parts of bodies may lie in. A connection that writes such a part has the
/// system send it from the file, without a copy. Any thread.
public final class FileBodies {
    /// Below this a copy costs less than a call of its own.
    private static final int LEAST_BYTES = 32 * 1024;

    private final List<Source> sources = new CopyOnWriteArrayList<>();

    /// Makes an empty set.
    public FileBodies() {}

    /// A mapped file.
    public interface Source {
        /// Whether bytes lie in it.
        ///
        /// @param direct a direct buffer with bytes
        /// @return true when they do
        boolean has(ByteBuffer direct);

        /// Sends bytes that lie in it, as many as there is room for.
        ///
        /// @param direct the buffer, whose position moves on
        /// @param to a socket in non-blocking mode
        /// @return how many, 0 or more
        /// @throws IOException when the socket or the file fails
        long send(ByteBuffer direct, WritableByteChannel to) throws IOException;
    }

    /// Adds a file.
    ///
    /// @param source the file
    public void add(Source source) {
        sources.add(source);
    }

    /// Takes a file out.
    ///
    /// @param source equal to one that was added
    public void remove(Source source) {
        sources.remove(source);
    }

    /// Takes all files out, before they are closed.
    public void clear() {
        sources.clear();
    }

    /// The file that a buffer's bytes lie in.
    ///
    /// @param buffer any buffer
    /// @return null when there is none, or when it is not worth it
    public @Nullable Source find(ByteBuffer buffer) {
        if (buffer.remaining() < LEAST_BYTES || !buffer.isDirect()) return null;
        for (Source source : sources) if (source.has(buffer)) return source;
        return null;
    }
}
