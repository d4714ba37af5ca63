package io.breakwater.report.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.control.Control;
import io.breakwater.control.LiveSample;
import io.breakwater.exchange.ExchangeView.Attempt;
import io.breakwater.measure.LatencyCounts;
import io.breakwater.report.accesslog.SampleView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private final Figures figures = new Figures();

    @Test
    void aSampleCountsWhatCameSinceTheLast() {
        figures.gauges(() -> 3, () -> 9);
        figures.log(view(200, 1_000_000).received(10));
        figures.log(view(404, 2_000_000));
        figures.sample(1);
        for (int i = 1; i <= 100; i++) {
            figures.log(view(i <= 90 ? 204 : 502, i * 1_000_000L));
        }
        LiveSample sample = figures.sample(2);
        assertThat(sample.epochSecond()).isEqualTo(2);
        assertThat(sample.requests()).isEqualTo(100);
        assertThat(sample.status1xx2xx3xx4xx5xx()).containsExactly(0, 90, 0, 0, 10);
        assertThat(sample.p50Micros()).isBetween(48_500L, 51_500L);
        assertThat(sample.p95Micros()).isBetween(92_000L, 98_000L);
        assertThat(sample.p99Micros()).isBetween(96_000L, 102_000L);
        assertThat(sample.bytesOut()).isEqualTo(100 * 612);
        assertThat(sample.bytesIn()).isZero();
        assertThat(sample.inFlight()).isEqualTo(3);
        assertThat(sample.connections()).isEqualTo(9);
        assertThat(figures.samples().getFirst().bytesIn()).isEqualTo(10);
    }

    @Test
    void aSecondWithoutRequestsIsZero() {
        LiveSample sample = figures.sample(1);
        assertThat(sample.requests()).isZero();
        assertThat(sample.p99Micros()).isZero();
    }

    @Test
    void keepsThreeHundredSamples() {
        for (int i = 0; i < 310; i++) {
            figures.sample(i);
        }
        assertThat(figures.samples()).hasSize(300);
        assertThat(figures.samples().getFirst().epochSecond()).isEqualTo(10);
    }

    @Test
    void tellsSubscribersOncePerSecondUntilTheyLeave() {
        List<LiveSample> seen = new CopyOnWriteArrayList<>();
        figures.start();
        try (Control.Subscription failing = figures.subscribe(sample -> seen.get(-1));
                Control.Subscription subscription = figures.subscribe(seen::add)) {
            assertThat(failing).isNotSameAs(subscription);
            figures.log(view(200, 1));
            await().atMost(Duration.ofSeconds(10)).until(() -> seen.size() >= 2);
        } finally {
            figures.stop();
        }
        assertThat(seen.getLast().epochSecond()).isGreaterThan(seen.getFirst().epochSecond());
        assertThat(seen.stream().mapToLong(LiveSample::requests).sum()).isEqualTo(1);
        int before = seen.size();
        figures.sample(5);
        assertThat(seen).hasSize(before);
    }

    @Test
    void losesNoCountOfManyThreads() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 20_000; i++) {
                                    figures.log(view(200, i * 1000L));
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(figures.sample(1).requests()).isEqualTo(80_000);
        assertThat(figures.prometheus())
                .contains("breakwater_http_request_duration_seconds_count{server=\"web\"} 80000");
    }

    @Test
    void writesPrometheusText() {
        figures.gauges(() -> 2, () -> 5);
        figures.droppedLines(() -> 7);
        figures.log(
                view(200, 3_000_000)
                        .names("web", "app", "pool")
                        .received(5)
                        .attempt(new Attempt("10.0.0.1:80", 0, false, -1, -1, -1, -1))
                        .attempt(
                                new Attempt(
                                        "10.0.0.2:80",
                                        200,
                                        false,
                                        100_000,
                                        -1,
                                        2_000_000,
                                        3_000_000)));
        figures.log(view(404, 1).names("web", null, null).reason("no-location"));
        figures.log(view(500, 1).names("web", "app", null).reason("whatever a client may send"));
        assertThat(figures.prometheus())
                .contains(
                        "breakwater_http_requests_total{code_class=\"2xx\",location=\"app\",server=\"web\"}"
                            + " 1.0",
                        "breakwater_http_requests_total{code_class=\"4xx\",location=\"-\",server=\"web\"}"
                            + " 1.0",
                        "breakwater_http_failures_total{reason=\"no-location\",server=\"web\"} 1.0",
                        "breakwater_http_failures_total{reason=\"other\",server=\"web\"} 1.0",
                        "breakwater_http_request_body_bytes_total{location=\"app\",server=\"web\"}"
                                + " 5.0",
                        "breakwater_http_request_duration_seconds_bucket{server=\"web\",le=\"0.0025\"}"
                            + " 2",
                        "breakwater_http_request_duration_seconds_bucket{server=\"web\",le=\"0.005\"}"
                            + " 3",
                        "breakwater_http_request_duration_seconds_bucket{server=\"web\",le=\"+Inf\"}"
                            + " 3",
                        "breakwater_upstream_attempts_total{code_class=\"2xx\",upstream=\"pool\"}"
                                + " 1.0",
                        "breakwater_upstream_attempts_total{code_class=\"none\",upstream=\"pool\"}"
                                + " 1.0",
                        "breakwater_upstream_connections_used_total{kind=\"new\",upstream=\"pool\"}"
                                + " 1.0",
                        "breakwater_http_in_flight 2.0",
                        "breakwater_http_connections 5.0",
                        "breakwater_accesslog_dropped_lines_total 7.0",
                        "jvm_memory_used_bytes{area=\"heap\"}",
                        "process_uptime_seconds ");
    }

    @Test
    void promtoolFindsNothingToSay(@TempDir Path folder) throws Exception {
        figures.log(view(200, 3_000_000).names("web", "a\"b\\c", "pool"));
        String text = figures.prometheus();
        assertThat(text).endsWith("\n").doesNotContain("\n\n");
        Path promtool = Path.of("/usr/bin/promtool");
        if (Files.isExecutable(promtool)) {
            Path input = Files.writeString(folder.resolve("metrics"), text);
            Path output = folder.resolve("out");
            Process check =
                    new ProcessBuilder(promtool.toString(), "check", "metrics")
                            .redirectInput(input.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output, StandardCharsets.UTF_8)).isEmpty();
            assertThat(check.exitValue()).isZero();
        }
    }

    @Test
    void writesPrometheusTextBeforeTheFirstRequest() {
        assertThat(figures.prometheus())
                .contains(
                        "breakwater_http_in_flight 0.0",
                        "breakwater_accesslog_dropped_lines_total 0.0");
    }

    @Test
    void bucketsAreNarrow() {
        for (long micros = 1; micros < 1L << 32; micros = micros * 17 / 16 + 1) {
            long shown = LatencyCounts.micros(LatencyCounts.bucket(micros));
            assertThat((double) shown).isBetween(micros * 0.965, micros * 1.035);
        }
        assertThat(LatencyCounts.bucket((1L << 32) - 1)).isEqualTo(LatencyCounts.BUCKETS - 1);
    }

    private static SampleView view(int status, long nanos) {
        return new SampleView().answer(status, 612).times(0, nanos);
    }
}
