package io.breakwater.upstream.balance;

import io.breakwater.config.BalanceConfig;
import io.breakwater.config.BalanceConfig.Algorithm;
import io.breakwater.config.BalanceConfig.Hash;
import io.breakwater.config.BalanceConfig.HashOn;
import io.breakwater.config.BalanceConfig.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Question: does a pick cost more among a thousand nodes than among three?
///
/// Workload: one thread picks again and again, every node is allowed, each with a load of its own;
/// a hash gets another key each time. Run as in `RouteTableBenchmark`, with `Balancer`.
///
/// Last result, JDK 25, two busy cores, ns per pick:
///
/// | | 3 | 1,000 |
/// |---|---|---|
/// | round-robin | 6 | 6 |
/// | least-requests | 13 | 10 |
/// | peak-ewma | 27 | 15 |
/// | random-two | 19 | 12 |
/// | hash, ketama | 130 | 264 |
/// | hash, maglev | 6 | 7 |
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BalancerBenchmark {
    /// How many nodes.
    @Param({"3", "1000"})
    public int nodes;

    /// How to choose.
    @Param({"ROUND_ROBIN", "LEAST_REQUESTS", "PEAK_EWMA", "RANDOM_TWO", "KETAMA", "MAGLEV"})
    public String how = "";

    private Balancer<Loaded> balancer = wish -> null;
    private final Any any = new Any();

    /// Makes the balancer.
    @Setup
    public void setUp() {
        List<Loaded> targets = new ArrayList<>();
        for (int i = 0; i < nodes; i++)
            targets.add(new Loaded("10.0." + i / 250 + "." + i % 250 + ":80", i % 7, 1e6 + i));
        boolean hashes = how.equals("KETAMA") || how.equals("MAGLEV");
        BalanceConfig config =
                new BalanceConfig(
                        hashes ? Algorithm.HASH : Algorithm.valueOf(how),
                        hashes ? Hash.valueOf(how) : Hash.KETAMA,
                        new HashOn(Part.IP, ""));
        balancer = Balancers.of(config, targets);
    }

    /// One pick.
    ///
    /// @return the choice
    @Benchmark
    public @Nullable Object pick() {
        any.key = Hashing.mix(any.key + 1);
        return balancer.pick(any);
    }

    /// A node with a fixed load.
    private record Loaded(String key, int inFlight, double latencyNanos) implements Target {
        @Override
        public int weight() {
            return 1;
        }
    }

    /// Allows every node.
    private static final class Any implements Wish<Loaded> {
        private long key;

        @Override
        public boolean allows(Loaded target) {
            return true;
        }

        @Override
        public long hash() {
            return key;
        }
    }
}
