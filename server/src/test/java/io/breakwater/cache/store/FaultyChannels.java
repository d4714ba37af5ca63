package io.breakwater.cache.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Channels of real files that fail or wait when they are told to.
final class FaultyChannels implements BlockChannel.Maker {
    private volatile @Nullable String readError;
    private volatile @Nullable String writeError;
    private volatile @Nullable CountDownLatch gate;

    void failReads(@Nullable String error) {
        readError = error;
    }

    void failWrites(@Nullable String error) {
        writeError = error;
    }

    /// Lets writes wait until the latch is down.
    void holdWrites(CountDownLatch until) {
        gate = until;
    }

    @Override
    public BlockChannel of(FileChannel file) {
        return new Channel(new FileBlockChannel(file));
    }

    private final class Channel implements BlockChannel {
        private final BlockChannel real;

        Channel(BlockChannel real) {
            this.real = real;
        }

        @Override
        public void write(ByteBuffer[] buffers, int count, long position) throws IOException {
            CountDownLatch until = gate;
            if (until != null) {
                try {
                    until.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (writeError != null) {
                // As a disk does that breaks in the middle of a write.
                ByteBuffer half = buffers[0].slice(0, buffers[0].remaining() / 2);
                real.write(new ByteBuffer[] {half}, 1, position);
                throw new IOException(writeError);
            }
            real.write(buffers, count, position);
        }

        @Override
        public void read(ByteBuffer buffer, long position) throws IOException {
            if (readError != null) throw new IOException(readError);
            real.read(buffer, position);
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }
}
