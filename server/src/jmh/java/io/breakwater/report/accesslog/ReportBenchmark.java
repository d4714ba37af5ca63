package io.breakwater.report.accesslog;

import io.breakwater.config.ServerConfig;
import io.breakwater.exchange.ExchangeView.Attempt;
import io.breakwater.report.metrics.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// Question: what does the end of an exchange cost the I/O thread that finishes it?
///
/// Workload: one exchange with a browser's user agent and one attempt upstream; the line is
/// rendered, rendered and handed to a file's buffer, or counted. `log` drops lines once its buffer
/// is full, which costs about the same.
///
/// Command: `mvn -q -o -Pjmh -Dfast -pl server -am test-compile`, then `org.openjdk.jmh.Main
/// ReportBenchmark` on the test class path.
///
/// Last result (2 cores, busy machine, CPU time of the thread): combined 240 ns, json 480 ns, log
/// 315 ns, count 45 ns.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ReportBenchmark {
    private final LogFormat combined = LogFormat.compile("combined");
    private final LogFormat json = LogFormat.compile("json");
    private final Figures figures = new Figures();
    private final SampleView view =
            new SampleView()
                    .request("GET", "/static/app/main.css?v=20261121")
                    .field("Referer", "https://shop.example.com/catalogue/shoes")
                    .field(
                            "User-Agent",
                            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
                                    + " Chrome/142.0.0.0 Safari/537.36")
                    .names("web", "app", "pool")
                    .times(1_795_255_200_000L, 1_234_567)
                    .attempt(new Attempt("10.0.0.1:80", 200, true, -1, -1, 900_000, 1_100_000));
    private Path folder;
    private LogFiles files;
    private LogFiles.Handle handle;

    /// Opens the file.
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("report-benchmark");
        files = new LogFiles(folder);
        handle = files.open(new ServerConfig.AccessLog("combined", "a.log"), null, "web");
    }

    /// Removes the file.
    @TearDown
    public void close() throws IOException {
        files.close();
        Files.deleteIfExists(folder.resolve("a.log"));
        Files.delete(folder);
    }

    /// Renders nginx's format.
    @Benchmark
    public int combined() {
        LineBuffer line = LogFormat.buffer();
        combined.append(view, line);
        return line.length();
    }

    /// Renders JSON.
    @Benchmark
    public int json() {
        LineBuffer line = LogFormat.buffer();
        json.append(view, line);
        return line.length();
    }

    /// Renders and hands over, two threads at once.
    @Benchmark
    @Threads(2)
    public void log() {
        handle.log(view);
    }

    /// Counts.
    @Benchmark
    public void count() {
        figures.log(view);
    }

    /// Counts, two threads at once.
    @Benchmark
    @Threads(2)
    public void countTwice() {
        figures.log(view);
    }
}
