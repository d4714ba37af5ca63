package io.breakwater.cache.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.breakwater.cache.store.Key;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// The heads that are asked for most (W-TinyLFU), bounded by the memory that they take. A head is
/// of use only while the store has its object: whoever takes one compares sequences, so nothing has
/// to be taken out when something is purged, replaced or evicted.
public final class HotHeads {
    /// How many keys are remembered, a power of two.
    private static final int LATELY = 1 << 16;

    private final Cache<Key, HotHead> heads;
    private final long mostBytes;

    /// Half a key each, of those that were asked for last; racy, as it is only a hint.
    private final AtomicLongArray lately = new AtomicLongArray(LATELY);

    /// Makes an empty set.
    ///
    /// @param mostBytes how much memory the heads may take, about; never more than an eighth of the
    ///   heap
    public HotHeads(long mostBytes) {
        long eighth = Runtime.getRuntime().maxMemory() / 8;
        this.mostBytes = Math.min(mostBytes, eighth);
        heads =
                Caffeine.newBuilder()
                        .maximumWeight(this.mostBytes)
                        .weigher((Key key, HotHead head) -> head.bytes())
                        .build();
    }

    /// The head of an object.
    ///
    /// @param key the object's key
    /// @param sequence the object's sequence
    /// @return null when it is not here
    public @Nullable HotHead find(Key key, long sequence) {
        HotHead found = heads.getIfPresent(key);
        return found == null || found.sequence() != sequence ? null : found;
    }

    /// Whether a head is worth being prepared: it was asked for before, not long ago. Among many
    /// objects that are asked for equally often nearly all would go before they are of use.
    ///
    /// @param key the object's key
    /// @return true when the key was given here lately
    public boolean wants(Key key) {
        int place = (int) key.low() & LATELY - 1;
        boolean known = lately.getPlain(place) == key.high();
        if (!known) lately.setPlain(place, key.high());
        return known;
    }

    /// Keeps a head.
    ///
    /// @param key the object's key
    /// @param head the head
    public void keep(Key key, HotHead head) {
        heads.put(key, head);
    }

    /// How many there are.
    ///
    /// @return about as many
    public long count() {
        return heads.estimatedSize();
    }

    /// How much memory they take.
    ///
    /// @return bytes, about
    public long bytes() {
        return heads.policy().eviction().stream()
                .mapToLong(eviction -> eviction.weightedSize().orElse(0))
                .sum();
    }

    /// How much memory they may take.
    ///
    /// @return bytes
    public long mostBytes() {
        return mostBytes;
    }
}
