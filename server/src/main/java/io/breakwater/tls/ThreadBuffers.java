package io.breakwater.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.conscrypt.AllocatedBuffer;
import org.conscrypt.BufferAllocator;

/// Where bytes for the native library are put together that lie in several buffers or on the Java
/// heap. It needs that within one call only, but would keep a buffer for each connection, whose
/// memory comes back when the collector finds it; here there is one for each thread.
final class ThreadBuffers extends BufferAllocator {
    private static final int PLAIN_BYTES = 16384;

    /// A whole record (RFC 8446 §5.2).
    private static final int RECORD_BYTES = PLAIN_BYTES + 256 + 5;

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

    /// Encrypts like [SSLEngine#wrap(ByteBuffer[], ByteBuffer)].
    SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
            throws SSLException {
        AllocatedBuffer gathered = allocateDirectBuffer(PLAIN_BYTES);
        try {
            ByteBuffer plain = gathered.nioBuffer();
            for (ByteBuffer piece : input) {
                int bytes = Math.min(piece.remaining(), plain.remaining());
                plain.put(plain.position(), piece, piece.position(), bytes);
                plain.position(plain.position() + bytes);
            }
            SSLEngineResult result = engine.wrap(plain.flip(), output);
            int consumed = result.bytesConsumed();
            for (ByteBuffer piece : input) {
                int bytes = Math.min(piece.remaining(), consumed);
                piece.position(piece.position() + bytes);
                consumed -= bytes;
            }
            return result;
        } finally {
            gathered.release();
        }
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
