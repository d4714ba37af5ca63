package io.breakwater.tunnel;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/// The Close frame of who goes away (RFC 6455 §7.4.1): code 1001.
final class Goodbye {
    private static final byte FIN_CLOSE = (byte) 0x88;
    private static final byte MASKED = (byte) 0x80;
    private static final short GOING_AWAY = 1001;

    private Goodbye() {}

    /// As a server sends it.
    static ByteBuffer toClient() {
        return ByteBuffer.allocate(4).put(FIN_CLOSE).put((byte) 2).putShort(GOING_AWAY).flip();
    }

    /// As a client sends it: masked (RFC 6455 §5.3).
    static ByteBuffer toNode() {
        int key = ThreadLocalRandom.current().nextInt();
        short masked = (short) (GOING_AWAY ^ key >>> 16);
        return ByteBuffer.allocate(8)
                .put(FIN_CLOSE)
                .put((byte) (MASKED | 2))
                .putInt(key)
                .putShort(masked)
                .flip();
    }
}
