package io.breakwater.upstream.balance;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Consistent hashing on a ring ("Consistent Hashing and Random Trees", Karger et al. 1997): each
/// target has points on it, as many as its weight says; a key belongs to the next point. When a
/// target is gone, only its keys move, each to the next point of another target.
///
/// The points carry their target's number in the low bits, so a look-up is one binary search.
///
/// @param <T> what is chosen among
final class Ketama<T extends Target> implements Balancer<T> {
    /// Points of a target of average weight: the spread between targets is about one divided by
    /// this number's root.
    private static final int POINTS = 1024;

    private static final int MOST_POINTS = 1 << 17;
    private static final int INDEX_BITS = 16;
    private static final long INDEX = (1L << INDEX_BITS) - 1;

    private final List<T> targets;
    private final long[] ring;

    Ketama(List<T> targets) {
        this.targets = List.copyOf(targets);
        this.ring = ring(this.targets);
    }

    private static long[] ring(List<? extends Target> targets) {
        if (targets.isEmpty()) return new long[0];
        double points = Math.min(POINTS, MOST_POINTS / (double) targets.size());
        double weights = targets.stream().mapToInt(Target::weight).average().orElse(1);
        long[] ring = new long[0];
        int size = 0;
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            int count = (int) Math.max(1, Math.round(points * target.weight() / weights));
            ring = Arrays.copyOf(ring, size + count);
            long hash = Hashing.of(target.key());
            for (int k = 0; k < count; k++)
                ring[size++] = (Hashing.mix(hash + k * 0x9e3779b97f4a7c15L) & ~INDEX) | i;
        }
        Arrays.sort(ring);
        return ring;
    }

    @Override
    public @Nullable T pick(Wish<? super T> wish) {
        if (ring.length == 0) return null;
        int found = Arrays.binarySearch(ring, wish.hash() & ~INDEX);
        int place = found >= 0 ? found : -found - 1;
        for (int i = 0; i < ring.length; i++) {
            int at = place + i;
            T target = targets.get((int) (ring[at < ring.length ? at : at - ring.length] & INDEX));
            if (wish.allows(target)) return target;
        }
        return null;
    }
}
