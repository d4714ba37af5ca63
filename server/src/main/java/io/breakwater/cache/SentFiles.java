package io.breakwater.cache;

import io.breakwater.cache.store.MappedFile;
import io.breakwater.io.FileBodies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// Lets connections send from the files of a store.
///
/// @param bodies gets the files
record SentFiles(FileBodies bodies) implements MappedFile.Listener {
    @Override
    public void opened(MappedFile file) {
        bodies.add(new SentFile(file));
    }

    @Override
    public void closed(MappedFile file) {
        bodies.remove(new SentFile(file));
    }

    /// A block file as connections send from it.
    ///
    /// @param file the file
    private record SentFile(MappedFile file) implements FileBodies.Source {
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
}
