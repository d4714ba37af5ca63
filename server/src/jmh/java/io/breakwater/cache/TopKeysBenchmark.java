package io.breakwater.cache;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/// Question: what does a request pay for the list of the most requested URLs?
///
/// Workload: two threads ask for as much as they can, so that one request in 64 is looked at; half
/// of the requests are for ten URLs, the others for one of a million, of which nearly each takes
/// the place of another. `choosing` is what the requests pay that are not looked at. The key of
/// those that are is written once more, which is not in here (a few hundred ns).
///
/// Built and run as [io.breakwater.cache.policy.PolicyBenchmark] is, with `TopKeysBenchmark`. Last
/// result, JDK 25, two very busy cores: RESULT
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(2)
public class TopKeysBenchmark {
    private final TopKeys top = new TopKeys(System::nanoTime);

    /// For the harness.
    public TopKeysBenchmark() {}

    /// All that a request pays, on the average.
    ///
    /// @return what it stands for
    @Benchmark
    public int counting() {
        int weight = top.weight();
        if (weight > 0) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            int one = random.nextBoolean() ? random.nextInt(10) : random.nextInt(1_000_000);
            top.count("https://www.example.com/pages/" + one, weight, true, 1000);
        }
        return weight;
    }

    /// Only the choice.
    ///
    /// @return what it stands for
    @Benchmark
    public int choosing() {
        return top.weight();
    }
}
