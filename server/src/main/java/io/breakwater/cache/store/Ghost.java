package io.breakwater.cache.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Remembers the fingerprints of what was evicted lately: a table of buckets of four, each entry a
/// fingerprint and the number of the eviction. Lossy by design: a full bucket forgets its oldest.
/// Under the lock of the index.
final class Ghost {
    private static final int WAYS = 4;

    private final MemorySegment entries;
    private final int buckets;
    private int clock;

    /// @param capacity about how many to remember
    Ghost(int capacity) {
        buckets = Math.max(1, capacity / WAYS);
        entries = Arena.ofAuto().allocate(buckets * (long) WAYS * Long.BYTES, 64);
    }

    long memoryBytes() {
        return entries.byteSize();
    }

    void add(int fingerprint) {
        clock++;
        long bucket = bucket(fingerprint);
        long oldest = bucket;
        for (long at = bucket; at < bucket + WAYS; at++) {
            if (get(at) == 0) {
                oldest = at;
                break;
            }
            if (age(get(at)) > age(get(oldest))) oldest = at;
        }
        set(oldest, (long) fingerprint << 32 | Integer.toUnsignedLong(clock));
    }

    /// Whether it was among the last that were added; forgets it.
    ///
    /// @param most how many of the last count
    boolean take(int fingerprint, int most) {
        long bucket = bucket(fingerprint);
        for (long at = bucket; at < bucket + WAYS; at++) {
            long entry = get(at);
            if (entry != 0 && (int) (entry >>> 32) == fingerprint) {
                set(at, 0);
                return age(entry) < most;
            }
        }
        return false;
    }

    private int age(long entry) {
        return clock - (int) entry;
    }

    private long bucket(int fingerprint) {
        // The directory orders by the upper bits; here another mix spreads them anew.
        long mixed = Hashes.mix(fingerprint) >>> 32;
        return (mixed * buckets >>> 32) * WAYS;
    }

    private long get(long at) {
        return entries.getAtIndex(ValueLayout.JAVA_LONG, at);
    }

    private void set(long at, long entry) {
        entries.setAtIndex(ValueLayout.JAVA_LONG, at, entry);
    }
}
