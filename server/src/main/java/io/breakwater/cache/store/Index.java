package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.cache.store.Purges.Entry;
import io.breakwater.cache.store.Purges.Verdict;
import io.breakwater.cache.store.Scope.Strength;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Which objects there are. Everything that changes the index does so here, under one lock, without
/// I/O; [Lookup] finds objects without it.
///
/// An object enters with its slot written before it is live, and leaves the directory before its
/// life ends.
final class Index {
    private static final int MOST_EVICTIONS_AT_ONCE = 64;
    private static final int FORGOTTEN_AT_ONCE = 4096;

    private final Mounts mounts;
    private final Directory directory;
    private final Purges purges = new Purges();
    private final Tickets tickets;
    private final ReentrantLock lock = new ReentrantLock();

    /// @param sequence all that are given out are above this
    Index(Mounts mounts, long sequence) {
        this.mounts = mounts;
        tickets = new Tickets(sequence);
        directory = new Directory(mounts.references());
    }

    Purges purges() {
        return purges;
    }

    Directory directory() {
        return directory;
    }

    Tickets tickets() {
        return tickets;
    }

    long memoryBytes() {
        return directory.memoryBytes();
    }

    long objects() {
        lock.lock();
        try {
            return directory.count();
        } finally {
            lock.unlock();
        }
    }

    int objects(Volume volume) {
        lock.lock();
        try {
            return volume.eviction().objects();
        } finally {
            lock.unlock();
        }
    }

    // --- purges

    /// Lets a purge take effect: on all that is stored and on all that was asked for before.
    Entry purge(Scope scope, Strength strength) {
        lock.lock();
        try {
            Entry entry = new Entry(tickets.next(), scope, strength);
            purges.add(entry);
            return entry;
        } finally {
            lock.unlock();
        }
    }

    /// Lets purges take effect that an earlier process has noted.
    void replay(List<Entry> entries) {
        lock.lock();
        try {
            for (Entry entry : entries) {
                purges.add(entry);
                tickets.skipTo(entry.sequence());
            }
        } finally {
            lock.unlock();
        }
    }

    List<Entry> pendingPurges() {
        lock.lock();
        try {
            return purges.entries();
        } finally {
            lock.unlock();
        }
    }

    /// The newest purge that nothing can be older than any more, of those that were carried out.
    ///
    /// @param swept purges up to this sequence are carried out
    /// @return 0 when there is none
    long retirable(long swept) {
        lock.lock();
        try {
            long oldest = tickets.oldest();
            long retirable = 0;
            for (Entry entry : purges.entries()) {
                if (entry.sequence() <= swept && entry.sequence() < oldest)
                    retirable = Math.max(retirable, entry.sequence());
            }
            return retirable;
        } finally {
            lock.unlock();
        }
    }

    /// Purges in force that are newer than a sequence.
    List<Entry> purgesAfter(long upTo) {
        lock.lock();
        try {
            return purges.entries().stream().filter(entry -> entry.sequence() > upTo).toList();
        } finally {
            lock.unlock();
        }
    }

    void retirePurges(long upTo) {
        lock.lock();
        try {
            purges.retire(upTo);
        } finally {
            lock.unlock();
        }
    }

    // --- changes

    /// Makes an object findable whose slot is written, in the place of an older one with the same
    /// key. It is live with one pin, which belongs to who calls.
    ///
    /// @param facts what purges ask
    /// @param first what its slot says
    /// @return null when that is done, else why not
    @Nullable StoreFailure publish(Volume volume, int block, Slots.First first, Facts facts) {
        lock.lock();
        try {
            if (volume.isBroken()) return StoreFailure.IO_ERROR;
            Verdict verdict = purges.judge(facts);
            if (verdict == Verdict.GONE) return StoreFailure.PURGED;
            Key key = first.key();
            int old = reference(key);
            if (old >= 0 && isNewer(old, first.sequence())) return StoreFailure.OUTDATED;
            if (verdict == Verdict.SOFT) volume.slots().markSoft(block);
            volume.pins().publish(block, 1, 0);
            if (old < 0) directory.insert(key.fingerprint(), volume.reference(block));
            else directory.replace(key.fingerprint(), old, volume.reference(block));
            volume.eviction().add(block, volume.slots().size(block), key.fingerprint());
            if (old >= 0) end(mounts.volume(old), old);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// Puts an object with a new head, whose slot is written, in the place of the one that it was
    /// made from, which must be pinned. The new one is live without pins.
    ///
    /// @param view the head of the old one
    /// @param ownBlocks how many blocks only the old one had; 0: all of them
    /// @return null when that is done, else why not
    @Nullable StoreFailure succeed(
            Volume volume,
            int old,
            HeadArea.View view,
            int block,
            Slots.First first,
            Facts facts,
            int ownBlocks) {
        lock.lock();
        try {
            if (volume.isBroken()) return StoreFailure.IO_ERROR;
            Verdict verdict = purges.judge(facts);
            Facts before = new Facts.Stored(volume.slots(), old, volume.slots().word(old), view);
            if (verdict == Verdict.GONE || purges.judge(before) == Verdict.GONE)
                return StoreFailure.PURGED;
            Key key = first.key();
            if (reference(key) != volume.reference(old)
                    || volume.slots().sequence(old) > first.sequence())
                return StoreFailure.OUTDATED;
            if (verdict == Verdict.SOFT) volume.slots().markSoft(block);
            volume.pins().publish(block, 0, volume.pins().frequency(old));
            directory.replace(key.fingerprint(), volume.reference(old), volume.reference(block));
            volume.eviction()
                    .replace(old, volume.slots().size(old), block, volume.slots().size(block));
            if (ownBlocks > 0) volume.inherit(old, block, ownBlocks);
            retire(volume, old);
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isNewer(int reference, long than) {
        Volume volume = mounts.volume(reference);
        return volume.slots().sequence(volume.block(reference)) > than;
    }

    /// Removes an object, unless it has gone already.
    ///
    /// @param object its sequence, so that no other is hit that has taken its place
    /// @return whether it was there
    boolean drop(Volume volume, int block, long object) {
        lock.lock();
        try {
            if (volume.isBroken()
                    || !volume.pins().isLive(block)
                    || volume.slots().sequence(block) != object) return false;
            directory.remove(volume.slots().key(block).fingerprint(), volume.reference(block));
            end(volume, volume.reference(block));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Marks an object as to be validated, unless it has gone.
    void soften(Volume volume, int block, long object) {
        lock.lock();
        try {
            if (!volume.isBroken()
                    && volume.pins().isLive(block)
                    && volume.slots().sequence(block) == object) volume.slots().markSoft(block);
        } finally {
            lock.unlock();
        }
    }

    /// Evicts until so many blocks are free, or nothing is left that may go.
    void evict(Volume volume, int wanted) {
        while (volume.allocator().free() < wanted) {
            lock.lock();
            try {
                for (int i = 0; i < MOST_EVICTIONS_AT_ONCE; i++) {
                    if (volume.allocator().free() >= wanted) return;
                    if (volume.isBroken() || !evictOne(volume)) return;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @GuardedBy("lock")
    private boolean evictOne(Volume volume) {
        Slots slots = volume.slots();
        int block = volume.eviction().victim(slots::size);
        if (block == 0) return false;
        int fingerprint = slots.key(block).fingerprint();
        directory.remove(fingerprint, volume.reference(block));
        volume.eviction().evicted(block, slots.size(block), fingerprint);
        volume.counts().evictions.increment();
        retire(volume, block);
        return true;
    }

    /// Ends an object that is out of the directory.
    @GuardedBy("lock")
    private void end(Volume volume, int reference) {
        int block = volume.block(reference);
        if (!volume.pins().isLive(block)) {
            // Noted by a recovery that goes on and will not find the slot any more.
            volume.slots().clear(block);
            return;
        }
        volume.eviction().remove(block, volume.slots().size(block));
        retire(volume, block);
    }

    @GuardedBy("lock")
    private void retire(Volume volume, int block) {
        volume.slots().clear(block);
        if (volume.pins().retire(block)) volume.free(block);
    }

    @GuardedBy("lock")
    private int reference(Key key) {
        int fingerprint = key.fingerprint();
        long place = directory.home(fingerprint);
        for (long entry = directory.entry(place); entry != 0; entry = directory.entry(place)) {
            if (Directory.fingerprint(entry) == fingerprint) {
                int reference = Directory.reference(entry);
                if (hasKey(mounts.volume(reference), reference, key)) return reference;
            }
            place = directory.after(place);
        }
        return -1;
    }

    /// What is in a broken file is not there: it is looked at anew when the file is opened again.
    private static boolean hasKey(Volume volume, int reference, Key key) {
        return !volume.isBroken() && volume.slots().hasKey(volume.block(reference), key);
    }

    /// Takes all out that a broken file has.
    void forget(Volume volume) {
        // Entries move while others are removed, so the table is gone through until none is left.
        while (true) {
            int removed = 0;
            for (long from = 0; from < directory.capacity(); from += FORGOTTEN_AT_ONCE) {
                lock.lock();
                try {
                    removed += directory.removeAll(from, from + FORGOTTEN_AT_ONCE, volume::owns);
                } finally {
                    lock.unlock();
                }
            }
            if (removed == 0) return;
        }
    }

    // --- recovery

    /// Notes an object that a file has, before its blocks are claimed. Of two with one key the
    /// newer stays.
    void found(Volume volume, int block) {
        lock.lock();
        try {
            Slots slots = volume.slots();
            Key key = slots.key(block);
            tickets.skipTo(slots.sequence(block));
            int other = reference(key);
            if (other < 0) {
                directory.insert(key.fingerprint(), volume.reference(block));
            } else if (isNewer(other, slots.sequence(block))) {
                slots.clear(block);
            } else {
                directory.replace(key.fingerprint(), other, volume.reference(block));
                end(mounts.volume(other), other);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Claims the blocks of an object that was noted and makes it live, or takes it out when they
    /// are not its own.
    ///
    /// @return false when it is not there any more
    boolean revive(Volume volume, int block) {
        lock.lock();
        try {
            if (!volume.slots().isFirst(block)) return false;
            if (!volume.claim(block)) {
                directory.remove(volume.slots().key(block).fingerprint(), volume.reference(block));
                volume.slots().clear(block);
                return false;
            }
            volume.pins().publish(block, 0, 0);
            volume.eviction().addOld(block, volume.slots().size(block));
            return true;
        } finally {
            lock.unlock();
        }
    }
}
