package io.breakwater.cache.store;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A block file as bodies are read from it: mapped, and sent from by the system itself where the
/// file system allows it. A buffer that [StoredObject#read] or [Writing#read] returned may be sent
/// from the file instead of being copied, as long as the object is open.
public final class MappedFile {
    private final long begin;
    private final long size;
    private final FileChannel channel;
    private final int blockBytes;
    private final SentBlocks sent;

    MappedFile(MemorySegment map, FileChannel channel, int blockBytes, SentBlocks sent) {
        this.begin = map.address();
        this.size = map.byteSize();
        this.channel = channel;
        this.blockBytes = blockBytes;
        this.sent = sent;
    }

    /// Who is told of such files.
    public interface Listener {
        /// A file was opened.
        ///
        /// @param file to send from
        void opened(MappedFile file);

        /// A file is about to be closed; nobody has an object of it open.
        ///
        /// @param file told of before
        void closed(MappedFile file);
    }

    /// Where the bytes of a buffer are in the file.
    ///
    /// @param direct a direct buffer with bytes
    /// @return the offset of its position; -1 when it is of another memory
    public long offset(ByteBuffer direct) {
        long at = MemorySegment.ofBuffer(direct).address() - begin;
        return at >= 0 && at < size ? at : -1;
    }

    /// Notes that bytes are about to be sent from the file. Before each [FileChannel#transferTo].
    ///
    /// @param offset the first
    /// @param length how many
    public void sending(long offset, long length) {
        int first = (int) (offset / blockBytes);
        int last = (int) ((offset + length - 1) / blockBytes);
        sent.add(first, last + 1 - first);
    }

    /// The file to send from.
    ///
    /// @return not to be closed, written or positioned
    public FileChannel channel() {
        return channel;
    }
}
