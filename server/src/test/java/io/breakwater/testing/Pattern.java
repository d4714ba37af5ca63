package io.breakwater.testing;

import java.io.IOException;
import java.io.OutputStream;

/// Bytes that are known from their position alone, so that bodies of any size can be made and
/// checked without being held.
public final class Pattern {
    private long position;

    /// Starts at the first byte.
    public Pattern() {}

    /// Bytes made or checked so far.
    ///
    /// @return 0 or more
    public long position() {
        return position;
    }

    /// Makes the next bytes.
    ///
    /// @param count how many
    /// @return a new array
    public byte[] next(int count) {
        byte[] bytes = new byte[count];
        for (int index = 0; index < count; index++) {
            bytes[index] = at(position + index);
        }
        position += count;
        return bytes;
    }

    /// Writes the next bytes.
    ///
    /// @param out where to
    /// @param total how many
    /// @throws IOException when the output fails
    public void write(OutputStream out, long total) throws IOException {
        long end = position + total;
        while (position < end) {
            out.write(next((int) Math.min(32 * 1024, end - position)));
        }
    }

    /// Checks the next bytes.
    ///
    /// @param bytes what arrived
    /// @param count so many of them, from the first on
    public void check(byte[] bytes, int count) {
        for (int index = 0; index < count; index++) {
            if (bytes[index] != at(position + index)) {
                throw new AssertionError("byte %d is wrong".formatted(position + index));
            }
        }
        position += count;
    }

    /// Reads a body to its end and checks it.
    ///
    /// @param body the body
    /// @return its length in bytes
    /// @throws IOException when it ends early
    public static long check(BodyReader body) throws IOException {
        Pattern pattern = new Pattern();
        byte[] bytes = new byte[64 * 1024];
        for (int count = body.read(bytes, 0, bytes.length);
                count >= 0;
                count = body.read(bytes, 0, bytes.length)) {
            pattern.check(bytes, count);
        }
        return pattern.position();
    }

    private static byte at(long position) {
        return (byte) (position * 31 + (position >>> 8) + (position >>> 16));
    }
}
