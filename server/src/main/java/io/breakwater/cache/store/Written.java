package io.breakwater.cache.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What of the body of a writing is written, and can be read by any number of readers.
final class Written {
    private final Volume volume;
    private final BlockWriter blocks;
    private volatile long bytes;

    Written(Volume volume, BlockWriter blocks) {
        this.volume = volume;
        this.blocks = blocks;
    }

    /// How many bytes of the body; never become fewer.
    long bytes() {
        return bytes;
    }

    /// Notes what has been written since; on the thread that writes.
    void advance() {
        bytes = blocks.readable();
    }

    /// Bytes that are in memory.
    ///
    /// @return null when they have to be loaded
    @Nullable ByteBuffer read(long position, int most) {
        Runs.Piece piece = piece(position, most);
        return volume.isResident(piece.offset(), piece.bytes())
                ? volume.buffer(piece.offset(), (int) piece.bytes())
                : null;
    }

    void load(long position, int most, DiskCallback callback) {
        Runs.Piece piece = piece(position, most);
        boolean begun =
                volume.threads()
                        .read(() -> {
                            StoreFailure failure =
                                    Loading.run(
                                            volume,
                                            loading -> {
                                                loading.touch(piece.offset(), piece.bytes());
                                                return null;
                                            });
                            if (failure == null) callback.done();
                            else callback.failed(failure);
                        });
        if (!begun) callback.failed(StoreFailure.BUSY);
    }

    private Runs.Piece piece(long position, int most) {
        long upTo = Math.min(bytes, position + Math.min(most, StoredObject.MOST_BYTES));
        if (position < 0 || most < 1 || position >= upTo)
            throw new IndexOutOfBoundsException("position " + position + " of " + bytes);
        int offset = blocks.bodyOffset();
        return blocks.runs().piece(offset + position, offset + upTo, volume.blockBytes());
    }
}
