package io.breakwater.upstream.figures;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/// Question: what does counting cost a request?
///
/// Workload: all that is counted of one attempt with a response body, on the same node, by one
/// thread and by two. Run as in `RouteTableBenchmark`, with `NodeFigures`.
///
/// Last result, JDK 25, two busy cores: 46 ns alone, 97 ns with two.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NodeFiguresBenchmark {
    private final NodeFigures figures = new NodeFigures();

    /// One thread.
    @Benchmark
    public void alone() {
        attempt();
    }

    /// Two threads on one node.
    @Benchmark
    @Threads(2)
    public void two() {
        attempt();
    }

    private void attempt() {
        figures.begin(0);
        figures.answered(200, 1_500_000);
        figures.received(1000);
        figures.end(null);
    }
}
