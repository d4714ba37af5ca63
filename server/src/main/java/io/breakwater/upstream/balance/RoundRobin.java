package io.breakwater.upstream.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Smooth weighted round robin: a pick is one atomic increment and an array read, and a run over
/// the whole sequence gives each target exactly its weight.
///
/// @param <T> what is chosen among
final class RoundRobin<T extends Target> implements Balancer<T> {
    private final List<T> targets;
    private final int[] sequence;
    private final AtomicInteger next = new AtomicInteger();

    RoundRobin(List<T> targets) {
        this.targets = List.copyOf(targets);
        this.sequence = WeightedSequence.of(targets.stream().map(Target::weight).toList());
    }

    @Override
    public @Nullable T pick(Wish<? super T> wish) {
        for (int i = sequence.length; i > 0; i--) {
            int turn = Integer.remainderUnsigned(next.getAndIncrement(), sequence.length);
            T target = targets.get(sequence[turn]);
            if (wish.allows(target)) return target;
        }
        return null;
    }
}
