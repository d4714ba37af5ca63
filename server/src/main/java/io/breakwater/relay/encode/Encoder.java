package io.breakwater.relay.encode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Brings one body into a content coding, piece by piece. Memory is native, bounded by coding and
/// level, and freed by [#close] only. One thread at a time, which it never blocks.
public interface Encoder extends AutoCloseable {
    /// What follows the bytes that are given.
    enum Then {
        /// More, at once: they may wait for it.
        MORE,
        /// Perhaps more, some time: all of them come out now.
        PAUSE,
        /// Nothing.
        END
    }

    /// Encodes bytes.
    ///
    /// @param input the bytes; consumed whole
    /// @param then what follows; after [Then#END] nothing may
    /// @param output gets buffers that belong to the caller, not empty; none when there is nothing
    ///   yet
    /// @throws IOException when the coding fails
    void encode(ByteBuffer input, Then then, List<ByteBuffer> output) throws IOException;

    /// Frees the memory. More than once does nothing.
    @Override
    void close();
}
