package io.breakwater.upstream.balance;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Consistent hashing by a table ("Maglev: A Fast and Reliable Software Network Load Balancer",
/// Eisenbud et al. 2016): targets fill the slots of a table in turn, each in an order of its own. A
/// look-up is one array read and the spread is almost even; when a target is gone, a few keys of
/// the others move as well. A target that is only passed over for a while moves none but its own.
///
/// @param <T> what is chosen among
final class Maglev<T extends Target> implements Balancer<T> {
    /// Primes, as the orders go round the table in steps; at least 100 slots a target.
    private static final int[] SIZES = {65_537, 655_373, 6_553_621};

    private final List<T> targets;
    private final int[] table;

    Maglev(List<T> targets) {
        this.targets = List.copyOf(targets);
        this.table = table(this.targets);
    }

    private static int[] table(List<? extends Target> targets) {
        int count = targets.size();
        if (count == 0) return new int[0];
        int size = SIZES[0];
        for (int other : SIZES) if (size < 100L * count) size = other;
        long[] next = new long[count];
        long[] step = new long[count];
        double[] credit = new double[count];
        int heaviest = targets.stream().mapToInt(Target::weight).max().orElse(1);
        for (int i = 0; i < count; i++) {
            long hash = Hashing.of(targets.get(i).key());
            next[i] = Long.remainderUnsigned(hash, size);
            step[i] = Long.remainderUnsigned(Hashing.mix(hash), size - 1L) + 1;
        }
        int[] table = new int[size];
        Arrays.fill(table, -1);
        int left = size;
        while (left > 0) {
            for (int i = 0; i < count && left > 0; i++) {
                // A target of half the heaviest's weight gets a slot every other round.
                credit[i] += targets.get(i).weight();
                if (credit[i] < heaviest) continue;
                credit[i] -= heaviest;
                while (table[(int) next[i]] >= 0) next[i] = (next[i] + step[i]) % size;
                table[(int) next[i]] = i;
                left--;
            }
        }
        return table;
    }

    @Override
    public @Nullable T pick(Wish<? super T> wish) {
        if (table.length == 0) return null;
        long hash = wish.hash();
        T target = targets.get(table[(int) Long.remainderUnsigned(hash, table.length)]);
        if (wish.allows(target)) return target;
        // The keys of a target that is passed over are spread over all others.
        for (int i = 0; i < targets.size(); i++) {
            hash = Hashing.mix(hash + i + 1);
            target = targets.get(table[(int) Long.remainderUnsigned(hash, table.length)]);
            if (wish.allows(target)) return target;
        }
        int first = (int) Long.remainderUnsigned(hash, targets.size());
        for (int i = 0; i < targets.size(); i++) {
            target = targets.get((first + i) % targets.size());
            if (wish.allows(target)) return target;
        }
        return null;
    }
}
