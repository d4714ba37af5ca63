package io.breakwater.route;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.exchange.LocationPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// Question: does a look-up cost more when there are more locations?
///
/// Workload: a table of `count` locations of one kind, and 1,024 requests in turn that are spread
/// over the whole table. Paths of all counts have the same length, and there are as many request
/// objects for each count, so what differs is the table alone.
///
/// RESULT
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteTableBenchmark {
    private static final int REQUESTS = 1024;

    /// How many locations the table holds.
    @Param({"10", "1000", "10000"})
    public int count;

    /// What distinguishes the locations.
    @Param({"exact", "prefix", "host"})
    public String kind = "exact";

    private final List<SampleHead> heads = new ArrayList<>();
    private RouteTable table = RouteTable.of(List.of());

    /// Makes the table and the requests.
    ///
    /// @throws InvalidConfigException never: the locations are right
    @Setup
    public void fill() throws InvalidConfigException {
        List<LocationPlan> plans = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            plans.add(LocationCompiler.compile(location(i).config()));
        }
        table = RouteTable.of(plans);
        Random random = new Random(1);
        for (int i = 0; i < REQUESTS; i++) {
            int chosen = random.nextInt(count);
            String path = kind.equals("prefix") ? path(chosen) + "item/42" : path(chosen);
            heads.add(SampleHead.get(host(chosen), path));
        }
        for (SampleHead head : heads) {
            if (table.match(head) == null) {
                throw new IllegalStateException("no location for " + head.host() + head.path());
            }
        }
    }

    private Sample location(int index) {
        Sample sample = Sample.location("l" + index);
        return switch (kind) {
            case "exact" -> sample.path("=" + path(index));
            case "prefix" -> sample.path(path(index));
            default -> sample.host(host(index)).path("/");
        };
    }

    private String path(int index) {
        return kind.equals("host") ? "/index.html" : "/app/%05d/".formatted(index * 7919 % 100_000);
    }

    private String host(int index) {
        return kind.equals("host") ? "h%05d.example.com".formatted(index) : "example.com";
    }

    /// One look-up for each request.
    ///
    /// @param blackhole takes the matches
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void match(Blackhole blackhole) {
        for (SampleHead head : heads) {
            blackhole.consume(table.match(head));
        }
    }
}
