package io.breakwater.upstream.balance;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The target that costs least. Up to [#MOST_COMPARED] are all looked at, from a random one on so
/// that equals take turns. Of more, [#CHOICES] at random are: that comes close to the best one at
/// the price of a few reads ("The Power of Two Choices in Randomized Load Balancing", Mitzenmacher
/// 2001), and avoids that all threads rush to the same target at once.
///
/// @param <T> what is chosen among
final class LeastCost<T extends Target> implements Balancer<T> {
    private static final int MOST_COMPARED = 8;
    private static final int CHOICES = 3;
    private static final int BITS = 21;

    private final List<T> targets;
    private final ToDoubleFunction<Target> cost;

    LeastCost(List<T> targets, ToDoubleFunction<Target> cost) {
        this.targets = List.copyOf(targets);
        this.cost = cost;
    }

    /// Requests on a target, this one included, by its weight.
    static double requests(Target target) {
        return (target.inFlight() + 1.0) / target.weight();
    }

    /// How long this request would take, as far as can be known: latency times what is before it
    /// ("Peak EWMA", Finagle). A target without a known latency is tried first.
    static double time(Target target) {
        return (target.latencyNanos() + 1) * (target.inFlight() + 1.0) / target.weight();
    }

    @Override
    public @Nullable T pick(Wish<? super T> wish) {
        int size = targets.size();
        if (size == 0) return null;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (size > MOST_COMPARED) {
            // One random number is enough for all of them.
            long bits = random.nextLong();
            T best = null;
            for (int i = 0; i < CHOICES; i++) {
                int index = (int) (((bits & ((1 << BITS) - 1)) * size) >>> BITS);
                best = cheaper(best, targets.get(index), wish);
                bits >>>= BITS;
            }
            if (best != null) return best;
        }
        T best = null;
        int first = random.nextInt(size);
        for (int i = 0; i < size; i++) best = cheaper(best, targets.get((first + i) % size), wish);
        return best;
    }

    private @Nullable T cheaper(@Nullable T best, T other, Wish<? super T> wish) {
        if (!wish.allows(other)) return best;
        return best == null || cost.applyAsDouble(other) < cost.applyAsDouble(best) ? other : best;
    }
}
