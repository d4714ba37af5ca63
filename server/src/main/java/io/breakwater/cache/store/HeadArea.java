package io.breakwater.cache.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// What an object's first block begins with. The body follows at an offset that leaves some slack,
/// so that a new head of about the same length fits in the same place.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 4 | `BWO1` |
/// | 4 | 4 | CRC32C of bytes 8 up to the body |
/// | 8 | 16 | key |
/// | 24 | 8 | sequence |
/// | 32 | 8 | number of the body |
/// | 40 | 8 | length of the body |
/// | 48 | 4 | offset of the body |
/// | 52 | 4 | hash of the checksums of all blocks |
/// | 56 | 4 | bytes of the URL |
/// | 60 | 4 | number of tags |
/// | 64 | 4 | bytes of the head |
/// | 68 | 4 | 0 |
/// | 72 | | URL, hashes of the tags (4 bytes each), head, zeros |
///
/// @param key as in the slot
/// @param sequence as in the slot
/// @param body as in the slot
/// @param bodyLength bytes
/// @param bodyOffset bytes from the beginning of the first block
/// @param sums hash of the checksums of all blocks
record HeadArea(Key key, long sequence, long body, long bodyLength, int bodyOffset, int sums) {
    static final int FIXED_BYTES = 72;
    private static final int MAGIC = 0x314F_5742;
    private static final int LEAST_SLACK = 256;
    static final int ALIGNMENT = 64;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// How many bytes a head takes with all that stands before it.
    static long bytes(byte[] url, int[] tags, int headBytes) {
        return FIXED_BYTES + (long) url.length + tags.length * 4L + headBytes;
    }

    /// Where the body is to begin.
    ///
    /// @param bytes of the area
    /// @return the offset, at most 2^31 - 1
    static int bodyOffset(long bytes) {
        long offset = bytes + Math.max(LEAST_SLACK, bytes / 4);
        return Math.toIntExact((offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }

    /// The bytes up to the body.
    ///
    /// @param head the opaque head; its position does not move
    /// @return a new direct buffer, from 0 to the offset of the body
    ByteBuffer encode(byte[] url, int[] tags, ByteBuffer head) {
        ByteBuffer area = ByteBuffer.allocateDirect(bodyOffset).order(ByteOrder.LITTLE_ENDIAN);
        area.putInt(0, MAGIC).putLong(8, key.high()).putLong(16, key.low());
        area.putLong(24, sequence).putLong(32, body).putLong(40, bodyLength);
        area.putInt(48, bodyOffset).putInt(52, sums);
        area.putInt(56, url.length).putInt(60, tags.length).putInt(64, head.remaining());
        area.position(FIXED_BYTES);
        area.put(url);
        for (int tag : tags) area.putInt(tag);
        area.put(head.duplicate());
        area.clear();
        area.putInt(4, checksum(area, bodyOffset));
        return area;
    }

    /// Whether an area is whole and that of an object.
    ///
    /// @param area what was read, from 0 to at least the offset of the body
    /// @param sums hash of the checksums that the index has
    static boolean isValid(ByteBuffer area, Key key, long sequence, int sums) {
        ByteBuffer read = area.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (read.limit() < FIXED_BYTES || read.getInt(0) != MAGIC) return false;
        int bodyOffset = read.getInt(48);
        long inside = read.getInt(56) + read.getInt(60) * 4L + read.getInt(64) + FIXED_BYTES;
        return bodyOffset >= FIXED_BYTES
                && bodyOffset <= read.limit()
                && bodyOffset % ALIGNMENT == 0
                && inside <= bodyOffset
                && read.getInt(4) == checksum(read, bodyOffset)
                && read.getLong(8) == key.high()
                && read.getLong(16) == key.low()
                && read.getLong(24) == sequence
                && read.getInt(52) == sums;
    }

    private static int checksum(ByteBuffer area, int bodyOffset) {
        CRC32C sum = new CRC32C();
        sum.update(area.duplicate().limit(bodyOffset).position(8));
        return (int) sum.getValue();
    }

    /// A copy of a valid area.
    ///
    /// @param memory from its beginning to at least the offset of the body
    record View(MemorySegment memory) {
        long bodyLength() {
            return memory.get(LONG, 40);
        }

        int bodyOffset() {
            return memory.get(INT, 48);
        }

        int sums() {
            return memory.get(INT, 52);
        }

        long urlOffset() {
            return FIXED_BYTES;
        }

        int urlBytes() {
            return memory.get(INT, 56);
        }

        int tags() {
            return memory.get(INT, 60);
        }

        int headBytes() {
            return memory.get(INT, 64);
        }

        long headOffset() {
            return FIXED_BYTES + urlBytes() + tags() * 4L;
        }

        byte[] url() {
            return memory.asSlice(FIXED_BYTES, urlBytes()).toArray(ValueLayout.JAVA_BYTE);
        }

        int tag(int index) {
            return memory.get(INT, FIXED_BYTES + urlBytes() + index * 4L);
        }

        boolean hasTag(int tag) {
            for (int i = 0; i < tags(); i++) {
                if (tag(i) == tag) return true;
            }
            return false;
        }

        boolean urlStartsWith(byte[] prefix) {
            return prefix.length <= urlBytes()
                    && MemorySegment.mismatch(
                                    memory,
                                    FIXED_BYTES,
                                    FIXED_BYTES + prefix.length,
                                    MemorySegment.ofArray(prefix),
                                    0,
                                    prefix.length)
                            < 0;
        }
    }
}
