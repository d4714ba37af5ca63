package io.breakwater.cache.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The file itself.
final class FileBlockChannel implements BlockChannel {
    private final FileChannel file;

    FileBlockChannel(FileChannel file) {
        this.file = file;
    }

    @Override
    public void write(ByteBuffer[] buffers, int count, long position) throws IOException {
        // Gathering goes by the channel's position, which nothing else uses.
        file.position(position);
        for (int i = 0; i < count; i++) {
            while (buffers[i].hasRemaining()) {
                if (file.write(buffers, i, count - i) <= 0)
                    throw new IOException("nothing written");
            }
        }
    }

    @Override
    public void read(ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, at);
            if (read <= 0) throw new EOFException("the file ends at " + at);
            at += read;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
