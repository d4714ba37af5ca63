package io.breakwater.cache.policy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// SipHash-2-4 with 128 bits, keyed. Nobody who does not know the key of a store can make texts
/// whose hashes collide, so nobody can push stored responses out by choosing URLs. For one thread:
/// the last digest stays in the object, so that hashing allocates nothing.
public final class SipHash {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long k0;
    private final long k1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long high;
    private long low;

    /// Takes the key.
    ///
    /// @param k0 its first half, little-endian
    /// @param k1 its second half
    public SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /// Hashes bytes.
    ///
    /// @param bytes where they are, from index 0
    /// @param length how many
    public void digest(byte[] bytes, int length) {
        v0 = k0 ^ 0x736f6d6570736575L;
        v1 = k1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = k0 ^ 0x6c7967656e657261L;
        v3 = k1 ^ 0x7465646279746573L;
        int at = 0;
        for (; at + 8 <= length; at += 8) word((long) LONGS.get(bytes, at));
        long last = (long) length << 56;
        for (int i = 0; at + i < length; i++) last |= (bytes[at + i] & 0xffL) << (8 * i);
        word(last);
        v2 ^= 0xee;
        high = finish();
        v1 ^= 0xdd;
        low = finish();
    }

    private void word(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    private long finish() {
        rounds(4);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void rounds(int count) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < count; i++) {
            a += b;
            b = Long.rotateLeft(b, 13) ^ a;
            a = Long.rotateLeft(a, 32);
            c += d;
            d = Long.rotateLeft(d, 16) ^ c;
            a += d;
            d = Long.rotateLeft(d, 21) ^ a;
            c += b;
            b = Long.rotateLeft(b, 17) ^ c;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }

    /// The first half of the last digest.
    ///
    /// @return its first 8 bytes, little-endian
    public long high() {
        return high;
    }

    /// The second half of the last digest.
    ///
    /// @return its last 8 bytes, little-endian
    public long low() {
        return low;
    }
}
