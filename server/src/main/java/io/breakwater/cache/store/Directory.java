package io.breakwater.cache.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.IntPredicate;

/// A hash table from the fingerprints of keys to references of objects: open addressing in memory
/// outside the heap, 12 bytes for each block of the store. Only finds candidates; who asks compares
/// the keys.
///
/// Changed under the lock of the index and read without: an entry is one word. Removing moves
/// entries, so a reader that found nothing looks at [#changedSince] and begins again when it may
/// have missed one that moved.
final class Directory {
    /// The most references there may be.
    static final long MAX_REFERENCES = Integer.MAX_VALUE - 8L;

    private static final VarHandle ENTRY = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle MOVES;

    static {
        try {
            MOVES = MethodHandles.lookup().findVarHandle(Directory.class, "moves", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment entries;
    private final long capacity;

    /// Odd while entries move.
    private volatile long moves;

    private long count;

    /// @param references how many references there can be
    Directory(long references) {
        capacity = references + references / 2 + 8;
        entries = OffHeap.allocate(capacity * Long.BYTES);
    }

    long memoryBytes() {
        return entries.byteSize();
    }

    /// How many places there are.
    long capacity() {
        return capacity;
    }

    /// How many entries there are; under the lock of the index.
    long count() {
        return count;
    }

    /// To be taken before a search.
    long stamp() {
        return moves;
    }

    /// Whether entries moved since, or move now.
    boolean changedSince(long stamp) {
        VarHandle.acquireFence();
        return (stamp & 1) != 0 || moves != stamp;
    }

    /// The place that a search begins at.
    long home(int fingerprint) {
        return Integer.toUnsignedLong(fingerprint) * capacity >>> 32;
    }

    /// The place after it.
    long after(long place) {
        return place + 1 == capacity ? 0 : place + 1;
    }

    /// What is at a place; 0 ends a search.
    long entry(long place) {
        return (long) ENTRY.getAcquire(entries, place * Long.BYTES);
    }

    static int fingerprint(long entry) {
        return (int) (entry >>> 32);
    }

    static int reference(long entry) {
        return (int) entry - 1;
    }

    /// Adds an entry; under the lock of the index.
    void insert(int fingerprint, int reference) {
        long place = home(fingerprint);
        while (entry(place) != 0) place = after(place);
        set(place, entryOf(fingerprint, reference));
        count++;
    }

    /// Replaces an entry that is there by another of the same key, so that no reader finds none;
    /// under the lock of the index.
    void replace(int fingerprint, int oldReference, int newReference) {
        set(placeOf(fingerprint, oldReference), entryOf(fingerprint, newReference));
    }

    /// Removes an entry that is there; under the lock of the index.
    void remove(int fingerprint, int reference) {
        long hole = placeOf(fingerprint, reference);
        MOVES.setVolatile(this, moves + 1);
        for (long place = after(hole); ; place = after(place)) {
            long entry = entry(place);
            if (entry == 0) break;
            // An entry may fill the hole unless its home lies behind the hole.
            if (distance(home(fingerprint(entry)), place) >= distance(hole, place)) {
                set(hole, entry);
                hole = place;
            }
        }
        set(hole, 0);
        MOVES.setVolatile(this, moves + 1);
        count--;
    }

    /// Removes what is at some places; under the lock of the index.
    ///
    /// @param from the first place
    /// @param to the last, exclusive, as far as there are any
    /// @param which tells of a reference whether it is to go
    /// @return how many are removed; others may have moved meanwhile
    int removeAll(long from, long to, IntPredicate which) {
        int removed = 0;
        for (long place = from; place < Math.min(to, capacity); ) {
            long entry = entry(place);
            if (entry == 0 || !which.test(reference(entry))) {
                place++;
            } else {
                // Another may move here.
                remove(fingerprint(entry), reference(entry));
                removed++;
            }
        }
        return removed;
    }

    private long distance(long from, long to) {
        return to >= from ? to - from : to - from + capacity;
    }

    private long placeOf(int fingerprint, int reference) {
        long wanted = entryOf(fingerprint, reference);
        long place = home(fingerprint);
        for (long entry = entry(place); entry != wanted; entry = entry(place)) {
            if (entry == 0) throw new IllegalStateException("no entry for " + reference);
            place = after(place);
        }
        return place;
    }

    private void set(long place, long entry) {
        ENTRY.setRelease(entries, place * Long.BYTES, entry);
    }

    private static long entryOf(int fingerprint, int reference) {
        return (long) fingerprint << 32 | (reference + 1);
    }
}
