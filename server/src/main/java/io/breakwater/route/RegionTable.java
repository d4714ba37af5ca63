package io.breakwater.route;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A hash table asked with a region of a text, so that a look-up makes no string. Read-only after
/// its construction. The hash of a region is the caller's: computed once while going over the text,
/// it serves all regions that begin or end where the text does.
///
/// What a look-up costs in a large table is reading memory that is not in the processor's cache, so
/// entries carry their key, and hold their own copy of it that lies beside them.
///
/// @param <V> what is found
final class RegionTable<V extends RegionTable.Keyed> {
    private final @Nullable Object[] slots;
    private final int mask;

    /// An entry.
    abstract static class Keyed {
        private final String key;

        /// Keeps a copy of the key.
        Keyed(char[] key) {
            this.key = new String(key);
        }
    }

    /// Hashes a key the way the asking side does.
    @FunctionalInterface
    interface Hash {
        /// Hashes.
        int of(String key);
    }

    /// Makes the table.
    ///
    /// @param entries with different keys
    /// @param hash of a key
    RegionTable(Collection<V> entries, Hash hash) {
        // At most a quarter is filled, so that most look-ups end at the first slot.
        int size = Integer.highestOneBit(Math.max(4, entries.size() * 8 - 1));
        slots = new @Nullable Object[size];
        mask = size - 1;
        for (V entry : entries) {
            int slot = slot(hash.of(((Keyed) entry).key));
            while (slots[slot] != null) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = entry;
        }
    }

    /// Finds what belongs to a region.
    ///
    /// @param text the text
    /// @param from where the region begins
    /// @param length its length
    /// @param hash its hash
    @Nullable V find(String text, int from, int length, int hash) {
        int slot = slot(hash);
        while (slots[slot] instanceof Keyed entry) {
            String key = entry.key;
            if (key.length() == length
                    && (length == text.length() ? key.equals(text) : text.startsWith(key, from))) {
                @SuppressWarnings("unchecked") // only the constructor writes, and it writes V
                V found = (V) entry;
                return found;
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    private int slot(int hash) {
        int mixed = hash * 0x9E3779B9;
        return (mixed ^ (mixed >>> 16)) & mask;
    }
}
