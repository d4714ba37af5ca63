package io.breakwater.tunnel;

import java.nio.ByteBuffer;

/// Finds where WebSocket frames begin in a stream of bytes (RFC 6455 §5.2). Looks at heads only and
/// keeps nothing but a count. One thread at a time.
///
/// ```
/// byte 0: FIN, RSV1-3, opcode (4 bits)    byte 1: MASK, length (7 bits)
/// length 126: 2 more bytes of length      127: 8 more; then 4 bytes of key with MASK
/// ```
final class Frames {
    private static final int CLOSE = 8;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final int KEY_BYTES = 4;

    /// Bytes of the head that have been seen, 0 between two frames.
    private int seen;

    /// Bytes of length that belong to the head, behind the first two.
    private int lengthBytes;

    /// All bytes of the head.
    private int headBytes;

    private long length;

    /// Bytes of the payload that have not come.
    private long left;

    private boolean closing;

    /// Whether no frame is begun and not ended.
    boolean isBetween() {
        return seen == 0 && left == 0;
    }

    /// Whether a Close frame has begun, after which nothing more is sent (RFC 6455 §5.5.1).
    boolean isClosing() {
        return closing;
    }

    /// Moves on over bytes.
    ///
    /// @param bytes the bytes; its position is not changed
    /// @param stop whether to stop at the end of the first frame that ends in them
    /// @return how many bytes it has moved over: all of them, or those up to that end
    int pass(ByteBuffer bytes, boolean stop) {
        int at = bytes.position();
        while (at < bytes.limit()) {
            if (left > 0) {
                int step = (int) Math.min(left, bytes.limit() - at);
                left -= step;
                at += step;
            } else {
                head(bytes.get(at++) & 0xff);
            }
            if (stop && isBetween()) break;
        }
        return at - bytes.position();
    }

    private void head(int octet) {
        if (seen == 0) {
            headBytes = 2;
            closing |= (octet & 0xf) == CLOSE;
        } else if (seen == 1) {
            int coded = octet & 0x7f;
            lengthBytes = coded == LONG_LENGTH ? 8 : coded == SHORT_LENGTH ? 2 : 0;
            length = lengthBytes == 0 ? coded : 0;
            headBytes = 2 + lengthBytes + ((octet & 0x80) == 0 ? 0 : KEY_BYTES);
        } else if (seen < 2 + lengthBytes) {
            length = length << 8 | octet;
        }
        seen++;
        if (seen < headBytes) return;
        seen = 0;
        // A length beyond 63 bits is an error of the sender's, for its receiver to find.
        left = length & Long.MAX_VALUE;
    }
}
