package io.breakwater.relay.encode;

import java.nio.ByteBuffer;

/// Direct buffers of a thread, for within one call: what the native libraries read from and write
/// to.
final class Scratch {
    /// Capacity of each, in bytes.
    static final int BYTES = 16 * 1024;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    private final ByteBuffer in = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BYTES);

    private Scratch() {}

    /// The thread's own.
    static Scratch own() {
        return OWN.get();
    }

    /// Takes the next bytes of an input.
    ///
    /// @return to be read; at most [#BYTES]
    ByteBuffer take(ByteBuffer input) {
        in.clear();
        move(input, in);
        return in.flip();
    }

    /// The buffer to write to.
    ///
    /// @return empty
    ByteBuffer out() {
        return out.clear();
    }

    /// Moves as many bytes as there is room for.
    ///
    /// @return how many
    static int move(ByteBuffer from, ByteBuffer to) {
        int bytes = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), bytes);
        from.position(from.position() + bytes);
        to.position(to.position() + bytes);
        return bytes;
    }

    /// A copy of bytes that are about to be overwritten.
    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }
}
