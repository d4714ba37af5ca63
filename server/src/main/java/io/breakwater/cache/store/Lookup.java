package io.breakwater.cache.store;

import org.jspecify.annotations.Nullable;

/// Finds objects, without a lock.
///
/// A reader finds a candidate in the directory, pins it and only then compares keys, so whatever
/// happens in between, what it has pinned is what it asked for.
final class Lookup {
    private final Index index;
    private final Mounts mounts;
    private final Directory directory;

    Lookup(Index index, Mounts mounts) {
        this.index = index;
        this.mounts = mounts;
        directory = index.directory();
    }

    /// Finds and pins an object.
    ///
    /// @return null when there is none, or it is purged
    @Nullable StoredObject open(Key key) {
        int fingerprint = key.fingerprint();
        while (true) {
            long stamp = directory.stamp();
            boolean again = false;
            long place = directory.home(fingerprint);
            for (long entry = directory.entry(place); entry != 0; entry = directory.entry(place)) {
                if (Directory.fingerprint(entry) == fingerprint) {
                    StoredObject object = open(key, Directory.reference(entry));
                    if (object != null) return object;
                    // It may just have been replaced by another of the same key.
                    again |= directory.entry(place) != entry;
                }
                place = directory.after(place);
            }
            if (!again && !directory.changedSince(stamp)) return null;
        }
    }

    private @Nullable StoredObject open(Key key, int reference) {
        Volume volume = mounts.volume(reference);
        int block = volume.block(reference);
        if (!volume.pins().use(block)) return null;
        StoredObject object = null;
        boolean found = false;
        try {
            // Only who is seen to use a broken file keeps it from being opened anew.
            if (volume.isBroken()) return null;
            long word = volume.slots().word(block);
            object = new StoredObject(index, volume, block, word);
            found = Slots.isFirst(word) && volume.slots().hasKey(block, key) && object.prepare();
        } finally {
            if (!found) volume.unpin(block);
        }
        return found ? object : null;
    }
}
