package io.breakwater.upstream.balance;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Two targets at random, by weight; the one with fewer requests.
///
/// @param <T> what is chosen among
final class RandomTwo<T extends Target> implements Balancer<T> {
    private final List<T> targets;
    private final int[] sequence;

    RandomTwo(List<T> targets) {
        this.targets = List.copyOf(targets);
        this.sequence = WeightedSequence.of(targets.stream().map(Target::weight).toList());
    }

    @Override
    public @Nullable T pick(Wish<? super T> wish) {
        if (sequence.length == 0) return null;
        T one = from(random(), wish, null);
        T other = one == null ? null : from(random(), wish, one);
        return one == null || other == null || one.inFlight() <= other.inFlight() ? one : other;
    }

    private int random() {
        return ThreadLocalRandom.current().nextInt(sequence.length);
    }

    /// The first that is allowed and not the other one, from a place on.
    @SuppressWarnings("ReferenceEquality") // this very target
    private @Nullable T from(int place, Wish<? super T> wish, @Nullable T not) {
        for (int i = 0; i < sequence.length; i++) {
            T target = targets.get(sequence[(place + i) % sequence.length]);
            if (target != not && wish.allows(target)) return target;
        }
        return null;
    }
}
