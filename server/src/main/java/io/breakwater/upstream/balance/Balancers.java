package io.breakwater.upstream.balance;

import io.breakwater.config.BalanceConfig;
import java.util.List;

/// Makes the balancer that a configuration asks for.
public final class Balancers {
    private Balancers() {}

    /// Makes a balancer.
    ///
    /// @param config how to choose
    /// @param targets what to choose among, at most 65,536
    /// @param <T> their type
    /// @return the balancer, with nothing remembered yet
    public static <T extends Target> Balancer<T> of(BalanceConfig config, List<T> targets) {
        return switch (config.algorithm()) {
            case ROUND_ROBIN -> new RoundRobin<>(targets);
            case LEAST_REQUESTS -> new LeastCost<>(targets, LeastCost::requests);
            case PEAK_EWMA -> new LeastCost<>(targets, LeastCost::time);
            case RANDOM_TWO -> new RandomTwo<>(targets);
            case HASH ->
                    switch (config.hash()) {
                        case KETAMA -> new Ketama<>(targets);
                        case MAGLEV -> new Maglev<>(targets);
                    };
        };
    }
}
