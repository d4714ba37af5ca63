package io.breakwater.tls;

import java.nio.ByteBuffer;
import org.conscrypt.AllocatedBuffer;
import org.conscrypt.BufferAllocator;

/// Where the native library puts together what comes in several pieces. It needs that within one
/// call only, but would keep a buffer for each connection; here there is one for each thread.
final class ThreadBuffers extends BufferAllocator {
    /// A whole record (RFC 8446 §5.2).
    private static final int RECORD_BYTES = 16384 + 256 + 5;

    private final ThreadLocal<Lent> own = ThreadLocal.withInitial(Lent::new);

    @Override
    public AllocatedBuffer allocateDirectBuffer(int capacity) {
        Lent buffer = own.get();
        if (buffer.lent || capacity > buffer.bytes.capacity())
            return AllocatedBuffer.wrap(ByteBuffer.allocateDirect(capacity));
        buffer.lent = true;
        buffer.bytes.clear().limit(capacity);
        return buffer;
    }

    private static final class Lent extends AllocatedBuffer {
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(RECORD_BYTES);
        private boolean lent;

        @Override
        public ByteBuffer nioBuffer() {
            return bytes;
        }

        @Override
        public AllocatedBuffer release() {
            lent = false;
            return this;
        }
    }
}
