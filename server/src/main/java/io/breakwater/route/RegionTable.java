package io.breakwater.route;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A hash table asked with a region of a text, so that a look-up makes no string. Read-only after
/// its construction. The hash of a region is the caller's: computed once while going over the text,
/// it serves all regions that begin or end where the text does.
///
/// @param <V> what is found
final class RegionTable<V> {
    /// A key and its value side by side, so that both come with one line of the processor's cache.
    private final @Nullable Object[] slots;

    private final int mask;

    /// Hashes a key the way the asking side does.
    @FunctionalInterface
    interface Hash {
        /// Hashes.
        int of(String key);
    }

    RegionTable(Map<String, V> entries, Hash hash) {
        int size = Integer.highestOneBit(Math.max(4, entries.size() * 4 - 1));
        slots = new @Nullable Object[size * 2];
        mask = size - 1;
        entries.forEach((key, value) -> {
            int slot = slot(hash.of(key));
            while (slots[slot * 2] != null) {
                slot = (slot + 1) & mask;
            }
            slots[slot * 2] = key;
            slots[slot * 2 + 1] = value;
        });
    }

    /// Finds what belongs to a region.
    ///
    /// @param text the text
    /// @param from where the region begins
    /// @param length its length
    /// @param hash its hash
    @Nullable V find(String text, int from, int length, int hash) {
        int slot = slot(hash);
        while (slots[slot * 2] instanceof String key) {
            if (key.length() == length && text.startsWith(key, from)) {
                @SuppressWarnings("unchecked") // only the constructor writes, and it writes V
                V value = (V) slots[slot * 2 + 1];
                return value;
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
