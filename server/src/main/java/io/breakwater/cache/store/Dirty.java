package io.breakwater.cache.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLongArray;

/// Which parts of an index were changed since they were written to its file: a bit for 512 bytes,
/// and a bit for 64 of these. Marked after the change, by any thread; written by one at a time.
final class Dirty {
    private static final int UNIT_SHIFT = 9;

    private final AtomicLongArray units;
    private final AtomicLongArray groups;
    private final long bytes;

    /// @param bytes how long the index is
    Dirty(long bytes) {
        this.bytes = bytes;
        int words = Math.toIntExact((bytes >>> UNIT_SHIFT) / 64 + 1);
        units = new AtomicLongArray(words);
        groups = new AtomicLongArray(words / 64 + 1);
    }

    /// Writes a part.
    interface Writer {
        /// Writes it.
        void write(long offset, long length) throws IOException;
    }

    long memoryBytes() {
        return (units.length() + groups.length()) * (long) Long.BYTES;
    }

    /// Notes a change.
    ///
    /// @param offset of a byte of it; all of it in one unit
    void mark(long offset) {
        int unit = (int) (offset >>> UNIT_SHIFT);
        // Always a change of the word: it orders what was written before it.
        mark(units, unit);
        mark(groups, unit >> 6);
    }

    private static void mark(AtomicLongArray words, int bit) {
        words.getAndUpdate(bit >> 6, word -> word | 1L << bit);
    }

    /// Writes all that is marked. Who marks meanwhile may be too late, and is marked then.
    ///
    /// @throws IOException when a write fails; what is not written stays marked
    void drain(Writer writer) throws IOException {
        for (int group = 0; group < groups.length(); group++) {
            if (groups.get(group) == 0) continue;
            long words = groups.getAndSet(group, 0);
            for (; words != 0; words &= words - 1) {
                int word = group * 64 + Long.numberOfTrailingZeros(words);
                long bits = units.getAndSet(word, 0);
                try {
                    write(word, bits, writer);
                } catch (IOException e) {
                    long left = words;
                    units.getAndUpdate(word, now -> now | bits);
                    groups.getAndUpdate(group, now -> now | left);
                    throw e;
                }
            }
        }
    }

    private void write(int word, long bits, Writer writer) throws IOException {
        for (long left = bits; left != 0; ) {
            int first = Long.numberOfTrailingZeros(left);
            int length = Long.numberOfTrailingZeros(~(left >>> first));
            long offset = (word * 64L + first) << UNIT_SHIFT;
            writer.write(offset, Math.min((long) length << UNIT_SHIFT, bytes - offset));
            left = first + length == 64 ? 0 : left & -1L << (first + length);
        }
    }
}
