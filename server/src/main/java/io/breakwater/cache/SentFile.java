package io.breakwater.cache;

import io.breakwater.cache.store.MappedFile;
import io.breakwater.io.FileBodies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// A block file as connections send from it.
///
/// @param file the file
record SentFile(MappedFile file) implements FileBodies.Source {
    @Override
    public boolean has(ByteBuffer direct) {
        return file.offset(direct) >= 0;
    }

    @Override
    public long send(ByteBuffer direct, WritableByteChannel to) throws IOException {
        long offset = file.offset(direct);
        int length = direct.remaining();
        file.sending(offset, length);
        long sent = file.channel().transferTo(offset, length, to);
        direct.position(direct.position() + (int) sent);
        return sent;
    }
}
