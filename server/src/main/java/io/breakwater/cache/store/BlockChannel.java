package io.breakwater.cache.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// How bytes get to a block file and back. Both calls block.
interface BlockChannel extends Closeable {
    /// Writes all of the buffers, one after the other. One thread at a time.
    ///
    /// @param buffers what to write; their positions move
    /// @param count how many of them
    /// @param position in the file, bytes
    /// @throws IOException when not all could be written
    void write(ByteBuffer[] buffers, int count, long position) throws IOException;

    /// Fills a buffer. Any thread.
    ///
    /// @param buffer where the bytes go
    /// @param position in the file, bytes
    /// @throws IOException when not all could be read
    void read(ByteBuffer buffer, long position) throws IOException;

    /// Makes the channel of an open file.
    interface Maker {
        /// Wraps a file.
        BlockChannel of(FileChannel file);
    }
}
