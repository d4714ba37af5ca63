package io.breakwater.route;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.exchange.LocationPlan;
import java.nio.charset.StandardCharsets;
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
/// An invocation goes over all requests, and its median per request is what counts: it stays the
/// same when other processes take the processor away.
///
/// ```
/// mvn -B -Dfast -Pjmh -pl server -am test-compile
/// mvn -B -q -Pjmh -pl server dependency:build-classpath -Dmdep.outputFile=target/jmh.classpath
/// cd server && java -cp target/test-classes:target/classes:$(cat target/jmh.classpath) \
///   org.openjdk.jmh.Main RouteTable -f 1 -wi 3 -i 5 -w 1 -r 1 \
///   -jvmArgs "-XX:+UseCompactObjectHeaders -XX:+UseParallelGC -Xmx512m"
/// ```
///
/// The `java` is that of JDK 25. Last result, JDK 25, two busy cores, median in ns per request:
///
/// | | 10 | 1,000 | 10,000 | 10,000 to 10 |
/// |---|---|---|---|---|
/// | `route`, exact | 43 | 50 | 52 | 1.21 |
/// | `route`, prefix | 50 | 59 | 61 | 1.22 |
/// | `route`, host | 47 | 66 | 70 | 1.49 |
/// | `lookUp`, exact | 9 | 13 | 15 | 1.67 |
/// | `lookUp`, prefix | 18 | 26 | 27 | 1.50 |
/// | `lookUp`, host | 13 | 19 | 28 | 2.15 |
///
/// The steps made are the same for all counts. What `lookUp` shows beside is memory: ten locations
/// stay in the nearest cache and their branches are learnt by heart.
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
    public String kind = "";

    private final List<SampleHead> heads = new ArrayList<>();
    private final byte[][] hosts = new byte[REQUESTS][];
    private final byte[][] paths = new byte[REQUESTS][];
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
            hosts[i] = host(chosen).getBytes(StandardCharsets.ISO_8859_1);
            paths[i] = path.getBytes(StandardCharsets.ISO_8859_1);
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

    /// The look-up alone. The texts stay the same, so their hashes are known after the first time.
    ///
    /// @param blackhole takes the matches
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void lookUp(Blackhole blackhole) {
        for (SampleHead head : heads) {
            blackhole.consume(table.match(head));
        }
    }

    /// What a request pays: host and path come as new texts, the path is normalised, then matched.
    ///
    /// @param blackhole takes the matches
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void route(Blackhole blackhole) {
        for (int i = 0; i < REQUESTS; i++) {
            String host = new String(hosts[i], StandardCharsets.ISO_8859_1);
            String path = new String(paths[i], StandardCharsets.ISO_8859_1);
            blackhole.consume(table.match(heads.get(i).withTarget(host, path)));
        }
    }
}
