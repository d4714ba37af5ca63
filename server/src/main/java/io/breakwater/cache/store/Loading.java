package io.breakwater.cache.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads blocks from a file, so that they are in the page cache and thereby in the mapped file, and
/// checks them. On a disk thread.
final class Loading {
    private static final Logger LOG = LoggerFactory.getLogger(Loading.class);
    private static final int PIECE_BYTES = 256 * 1024;

    private final Volume volume;
    private final ByteBuffer scratch;

    private Loading(Volume volume) {
        this.volume = volume;
        ByteBuffer used = volume.scratches().poll();
        scratch =
                used != null
                        ? used
                        : ByteBuffer.allocateDirect(Math.max(PIECE_BYTES, volume.blockBytes()));
    }

    /// Something to read.
    interface Task {
        /// Reads it.
        ///
        /// @return null when it is read, else why not
        @Nullable StoreFailure run(Loading loading) throws IOException;
    }

    /// Runs a task, and counts how it ends.
    static @Nullable StoreFailure run(Volume volume, Task task) {
        volume.counts().loads.increment();
        Loading loading = new Loading(volume);
        try {
            StoreFailure failure = task.run(loading);
            volume.readWorked();
            if (failure == StoreFailure.CHECKSUM) {
                volume.counts().checksumFailures.increment();
                LOG.warn("{}: an object is damaged and is dropped", volume.path());
            }
            return failure;
        } catch (IOException e) {
            LOG.warn("{}: reading failed: {}", volume.path(), e.toString());
            volume.readFailed(e);
            return StoreFailure.IO_ERROR;
        } finally {
            volume.scratches().add(loading.scratch);
        }
    }

    /// Reads what is not checked: of an object that is being written.
    void touch(long offset, long bytes) throws IOException {
        for (long at = offset; at < offset + bytes; at += scratch.limit()) {
            scratch.clear().limit((int) Math.min(scratch.capacity(), offset + bytes - at));
            read(scratch, at);
        }
    }

    /// Reads and checks the blocks of a head.
    ///
    /// @return a copy; null when they are not what was written
    HeadArea.@Nullable View head(int first, int headBlocks) throws IOException {
        int bytes = headBlocks * volume.blockBytes();
        ByteBuffer area = ByteBuffer.allocateDirect(bytes);
        read(area, volume.offset(first));
        Slots slots = volume.slots();
        if (!HeadArea.isValid(area, slots.key(first), slots.sequence(first), volume.sums(first)))
            return null;
        HeadArea.View view = new HeadArea.View(MemorySegment.ofBuffer(area));
        int offset = view.bodyOffset();
        long end = offset + view.bodyLength();
        if (!body(first, 0, 0, Math.min(bytes, end), offset, end)) return null;
        volume.shapes().set(first, offset, view.bodyLength());
        // Blocks of the head behind its end have nothing in them.
        volume.verified().add(first, headBlocks);
        return view;
    }

    /// Reads and checks the blocks of a part of a run.
    ///
    /// @param run the first block of the run
    /// @param runBegin its position, from the beginning of the first block, as all that follow
    /// @param from where the part begins
    /// @param to where it ends, exclusive
    /// @param bodyOffset where the body begins
    /// @param end where it ends, exclusive
    /// @return false when they are not what was written
    boolean body(int run, long runBegin, long from, long to, int bodyOffset, long end)
            throws IOException {
        int blockBytes = volume.blockBytes();
        int most = scratch.capacity() / blockBytes;
        int block = run + (int) ((from - runBegin) / blockBytes);
        int last = run + (int) ((to - 1 - runBegin) / blockBytes);
        while (block <= last) {
            int count = Math.min(most, last + 1 - block);
            long begin = runBegin + (block - run) * (long) blockBytes;
            scratch.clear().limit((int) Math.min(count * (long) blockBytes, end - begin));
            read(scratch, volume.offset(block));
            for (int i = 0; i < count; i++) {
                long at = begin + i * (long) blockBytes;
                int lower = (int) (Math.max(at, bodyOffset) - begin);
                int upper = (int) (Math.min(at + blockBytes, end) - begin);
                if (checksum(lower, upper) != volume.slots().checksum(block + i)) return false;
            }
            volume.verified().add(block, count);
            block += count;
        }
        return true;
    }

    private int checksum(int from, int to) {
        CRC32C sum = new CRC32C();
        if (from < to) sum.update(scratch.duplicate().limit(to).position(from));
        return (int) sum.getValue();
    }

    private void read(ByteBuffer into, long position) throws IOException {
        int bytes = into.remaining();
        volume.channel().read(into, position);
        volume.counts().bytesRead.add(bytes);
        into.flip();
    }
}
