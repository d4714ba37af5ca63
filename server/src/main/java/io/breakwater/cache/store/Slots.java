package io.breakwater.cache.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The index of a block file: 64 bytes, a cache line, and a checksum for each block. The slot of an
/// object's first block tells what the object is; the slot of the first block of each further run
/// tells where the run after that is. Everything else is made from it at a start.
///
/// | offset | bytes | meaning in the slot of a first block |
/// |---|---|---|
/// | 0 | 4 | checksum of bytes 4 to 63 and of the block's number |
/// | 4 | 1 | 0 free, 1 first block of an object, 2 first block of a further run |
/// | 5 | 1 | bit 0: to be validated before the next use (purged softly) |
/// | 6 | 1 | how many tags, 0 to 3; 255: more, of which there is a filter |
/// | 7 | 1 | how many blocks the head takes, unsigned |
/// | 8 | 16 | key |
/// | 24 | 6 | sequence |
/// | 30 | 6 | number of the body, the sequence that it was written with |
/// | 36 | 4 | how many blocks the run has |
/// | 40 | 4 | first block of the next run, 0: none |
/// | 44 | 4 | hash of the host |
/// | 48 | 4 | hash of the URL |
/// | 52 | 12 | hashes of the tags, or a Bloom filter of 96 bits |
///
/// The slot of a further run has its kind, the number of the body, its length and the next. Numbers
/// are little-endian. The first eight bytes are written last and at once, so a process that is
/// killed leaves a slot that is whole or one that is taken for free.
final class Slots {
    static final int BYTES = 64;
    static final int MANY_TAGS = 255;
    static final int INLINE_TAGS = 3;
    static final int MOST_HEAD_BLOCKS = 255;

    /// Sequences have 48 bits.
    static final long SEQUENCE_MASK = (1L << 48) - 1;

    private static final long KIND_FIRST = 1L << 32;
    private static final long KIND_FURTHER = 2L << 32;
    private static final long KIND_MASK = 0xFFL << 32;
    private static final long SOFT = 1L << 40;
    private static final int FILTER_BITS = 96;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle WORD = LONG.varHandle();

    private final MemorySegment slots;
    private final MemorySegment checksums;
    private final long slotsBegin;
    private final long checksumsBegin;
    private final int blocks;
    private final Dirty dirty;

    /// @param index the memory of the index
    /// @param begin where the slots begin in it
    /// @param blocks how many there are
    /// @param dirty told of each change
    Slots(MemorySegment index, long begin, int blocks, Dirty dirty) {
        slotsBegin = begin;
        checksumsBegin = begin + blocks * (long) BYTES;
        slots = index.asSlice(begin, checksumsBegin - begin);
        checksums = index.asSlice(checksumsBegin, blocks * (long) Integer.BYTES);
        this.blocks = blocks;
        this.dirty = dirty;
    }

    /// What is written into the slot of a first block.
    record First(
            Key key,
            long sequence,
            long body,
            int headBlocks,
            int run,
            int next,
            int host,
            int url,
            int[] tags) {}

    int blocks() {
        return blocks;
    }

    /// Makes an object's slot valid.
    void writeFirst(int block, First first) {
        long at = at(block);
        clear(block);
        slots.set(LONG, at + 8, first.key.high());
        slots.set(LONG, at + 16, first.key.low());
        writeRun(at, first.sequence, first.body, first.run, first.next);
        slots.set(INT, at + 44, first.host);
        slots.set(INT, at + 48, first.url);
        int tags = writeTags(at + 52, first.tags);
        seal(block, KIND_FIRST | (long) tags << 48 | (long) first.headBlocks << 56);
    }

    /// Makes the slot of a further run valid.
    void writeFurther(int block, long body, int run, int next) {
        long at = at(block);
        clear(block);
        slots.set(LONG, at + 8, 0);
        slots.set(LONG, at + 16, 0);
        writeRun(at, 0, body, run, next);
        slots.set(INT, at + 44, 0);
        slots.set(LONG, at + 48, 0);
        slots.set(LONG, at + 56, 0);
        seal(block, KIND_FURTHER);
    }

    private void writeRun(long at, long sequence, long body, int run, int next) {
        slots.set(LONG, at + 24, sequence | body << 48);
        slots.set(INT, at + 32, (int) (body >>> 16));
        slots.set(INT, at + 36, run);
        slots.set(INT, at + 40, next);
    }

    private int writeTags(long at, int[] tags) {
        boolean exact = tags.length <= INLINE_TAGS;
        long low = 0;
        int high = 0;
        for (int i = 0; i < tags.length && !exact; i++) {
            for (int probe = 0; probe < 3; probe++) {
                int bit = filterBit(tags[i], probe);
                if (bit < 64) low |= 1L << bit;
                else high |= 1 << bit - 64;
            }
        }
        if (exact && tags.length > 0) low |= Integer.toUnsignedLong(tags[0]);
        if (exact && tags.length > 1) low |= (long) tags[1] << 32;
        if (exact && tags.length > 2) high = tags[2];
        slots.set(INT, at, (int) low);
        slots.set(INT, at + 4, (int) (low >>> 32));
        slots.set(INT, at + 8, high);
        return exact ? tags.length : MANY_TAGS;
    }

    /// Makes a slot free.
    void clear(int block) {
        WORD.setRelease(slots, at(block), 0L);
        dirty.mark(slotsBegin + at(block));
    }

    /// Notes that the object is to be validated before its next use; keeps the slot valid.
    void markSoft(int block) {
        seal(block, word(block) & ~0xFFFF_FFFFL | SOFT);
    }

    /// The first eight bytes, for [#isFirst(long)] and the like. They are cleared when an object's
    /// life ends, while everything behind them stays as long as somebody uses the object.
    long word(int block) {
        return (long) WORD.getAcquire(slots, at(block));
    }

    /// Whether a word is that of an object that is in the index.
    static boolean isFirst(long word) {
        return (word & KIND_MASK) == KIND_FIRST;
    }

    static boolean isSoft(long word) {
        return (word & SOFT) != 0;
    }

    /// How many blocks the head takes.
    static int headBlocks(long word) {
        return (int) (word >>> 56);
    }

    /// How many tags; [#MANY_TAGS] when only the head knows.
    static int tags(long word) {
        return (int) (word >>> 48) & 0xFF;
    }

    /// Whether the slot is that of an object's first block, and whole.
    boolean isFirst(int block) {
        long word = word(block);
        return isFirst(word) && (int) word == checksum(block, word);
    }

    /// Whether the slot is that of a further run of a body, and whole.
    boolean isFurther(int block, long body) {
        long word = word(block);
        return (word & KIND_MASK) == KIND_FURTHER
                && (int) word == checksum(block, word)
                && body(block) == body;
    }

    boolean hasKey(int block, Key key) {
        long at = at(block);
        return slots.get(LONG, at + 8) == key.high() && slots.get(LONG, at + 16) == key.low();
    }

    Key key(int block) {
        return new Key(slots.get(LONG, at(block) + 8), slots.get(LONG, at(block) + 16));
    }

    long sequence(int block) {
        return slots.get(LONG, at(block) + 24) & SEQUENCE_MASK;
    }

    long body(int block) {
        long low = slots.get(LONG, at(block) + 24) >>> 48;
        return low | Integer.toUnsignedLong(slots.get(INT, at(block) + 32)) << 16;
    }

    int run(int block) {
        return slots.get(INT, at(block) + 36);
    }

    int next(int block) {
        return slots.get(INT, at(block) + 40);
    }

    int host(int block) {
        return slots.get(INT, at(block) + 44);
    }

    int url(int block) {
        return slots.get(INT, at(block) + 48);
    }

    /// The hash of one of at most three tags.
    int tag(int block, int index) {
        return slots.get(INT, at(block) + 52 + index * 4L);
    }

    /// Whether the filter of an object with more tags than the slot has room for lets a tag pass.
    boolean mayHaveTag(int block, int tag) {
        for (int probe = 0; probe < 3; probe++) {
            int bit = filterBit(tag, probe);
            if ((tag(block, bit >> 5) >>> (bit & 31) & 1) == 0) return false;
        }
        return true;
    }

    /// How many blocks an object has.
    int size(int first) {
        int size = run(first);
        for (int block = next(first); block != 0; block = next(block)) size += run(block);
        return size;
    }

    /// The checksum of the body's bytes in a block.
    int checksum(int block) {
        return checksums.get(INT, block * (long) Integer.BYTES);
    }

    void setChecksum(int block, int checksum) {
        checksums.set(INT, block * (long) Integer.BYTES, checksum);
        dirty.mark(checksumsBegin + block * (long) Integer.BYTES);
    }

    private void seal(int block, long word) {
        WORD.setRelease(slots, at(block), word | Integer.toUnsignedLong(checksum(block, word)));
        dirty.mark(slotsBegin + at(block));
    }

    private int checksum(int block, long word) {
        long at = at(block);
        long hash = Hashes.chain(block, word >>> 32);
        for (int offset = 8; offset < BYTES; offset += 8)
            hash = Hashes.chain(hash, slots.get(LONG, at + offset));
        return (int) (Hashes.mix(hash) >>> 32);
    }

    private static int filterBit(int tag, int probe) {
        long mixed = Hashes.mix(Integer.toUnsignedLong(tag) + ((long) probe << 32));
        return (int) ((mixed >>> 32) * FILTER_BITS >>> 32);
    }

    private static long at(int block) {
        return block * (long) BYTES;
    }
}
