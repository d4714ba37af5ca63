package io.breakwater.relay.web;

import java.nio.ByteBuffer;

/// Follows the messages of a body of gRPC: a byte of flags, four of length, and so many more. One
/// thread at a time.
final class MessageEdges {
    private static final int PREFIX_BYTES = 5;
    private static final int TRAILERS = 0x80;

    private int prefixSeen;
    private long length;
    private long left;

    /// Looks at the next bytes.
    ///
    /// @param bytes not changed
    /// @return false when a message claims to be the trailers of gRPC-Web, as none of gRPC does
    boolean pass(ByteBuffer bytes) {
        int at = bytes.position();
        while (at < bytes.limit()) {
            if (left > 0) {
                long skipped = Math.min(left, bytes.limit() - at);
                left -= skipped;
                at += (int) skipped;
                continue;
            }
            int next = bytes.get(at++) & 0xff;
            if (prefixSeen == 0) {
                if ((next & TRAILERS) != 0) return false;
                length = 0;
            } else {
                length = length << 8 | next;
            }
            if (++prefixSeen == PREFIX_BYTES) {
                prefixSeen = 0;
                left = length;
            }
        }
        return true;
    }

    /// How many bytes of a message that is not complete have come.
    ///
    /// @return 0 between two messages
    long sinceEdge() {
        return left > 0 ? PREFIX_BYTES + length - left : prefixSeen;
    }
}
