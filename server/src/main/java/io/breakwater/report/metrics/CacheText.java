package io.breakwater.report.metrics;

import io.breakwater.control.CacheTraffic;
import io.breakwater.control.CacheView;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// The cache's part of the Prometheus text.
final class CacheText {
    private CacheText() {}

    static void add(CacheView cache, List<MetricSnapshot> metrics) {
        addTraffic(new TreeMap<>(cache.policies()), metrics);
        metrics.add(gauge("objects", "Objects stored.", cache.objects()));
        metrics.add(gauge("index_bytes", "Memory that the index takes.", cache.memoryBytes()));
        metrics.add(gauge("heads", "Heads of responses ready in memory.", cache.heads().count()));
        metrics.add(gauge("heads_bytes", "Memory that these heads take.", cache.heads().bytes()));
        metrics.add(gauge("writings", "Objects being written.", cache.writings()));
        metrics.add(
                counter(
                        "refused_writings",
                        "Writings that could not begin: size or state of the files.",
                        List.of(point(cache.refusedWritings(), Labels.EMPTY))));
        metrics.add(
                gauge(
                        "pending_purges",
                        "Purges in force that are not carried out everywhere yet.",
                        cache.pendingPurges()));
        addFiles(cache.files(), metrics);
    }

    private static void addTraffic(
            Map<String, CacheTraffic> policies, List<MetricSnapshot> metrics) {
        List<CounterDataPointSnapshot> requests = new ArrayList<>();
        List<CounterDataPointSnapshot> bytes = new ArrayList<>();
        List<CounterDataPointSnapshot> fetched = new ArrayList<>();
        List<CounterDataPointSnapshot> fills = new ArrayList<>();
        List<CounterDataPointSnapshot> refusals = new ArrayList<>();
        List<GaugeDataPointSnapshot> open = new ArrayList<>();
        policies.forEach((name, traffic) -> {
            Labels labels = Labels.of("policy", name);
            new TreeMap<>(traffic.reasons())
                    .forEach((result, reasons) ->
                            each(reasons, labels.add("result", result), "reason", requests));
            each(traffic.bytes(), labels, "result", bytes);
            fetched.add(point(traffic.bytesFetched(), labels));
            each(traffic.fills(), labels, "fate", fills);
            each(traffic.refusals(), labels, "reason", refusals);
            open.add(new GaugeDataPointSnapshot(traffic.fillsOpen(), labels, null));
        });
        metrics.add(
                counter(
                        "requests",
                        "Requests of locations that cache, by what the cache did and why.",
                        requests));
        metrics.add(
                counter(
                        "response_body_bytes",
                        "Body bytes of their answers, by what the cache did.",
                        bytes));
        metrics.add(counter("fetched_bytes", "Body bytes that fetches brought.", fetched));
        metrics.add(counter("fills", "Fetches by what became of them.", fills));
        metrics.add(counter("refusals", "Responses that were not stored, by reason.", refusals));
        metrics.add(gauge("open_fills", "Fetches on their way.", open));
    }

    private static void each(
            Map<String, Long> counts,
            Labels labels,
            String label,
            List<CounterDataPointSnapshot> points) {
        new TreeMap<>(counts)
                .forEach((name, count) -> points.add(point(count, labels.add(label, name))));
    }

    private static void addFiles(List<CacheView.File> files, List<MetricSnapshot> metrics) {
        metrics.add(
                files("file_size_bytes", "Size of a block file.", files, CacheView.File::bytes));
        metrics.add(
                files(
                        "file_used_bytes",
                        "Bytes of blocks that something is stored in.",
                        files,
                        CacheView.File::usedBytes));
        metrics.add(
                files(
                        "file_suspended",
                        "1 while nothing is stored in a file: it failed or is not open.",
                        files,
                        file -> file.suspended() != null || !file.open() ? 1 : 0));
        metrics.add(
                files(
                        "file_queued_bytes",
                        "Bytes that wait to be written.",
                        files,
                        CacheView.File::queuedBytes));
        metrics.add(
                files(
                        "file_waiting_loads",
                        "Reads that wait for a thread.",
                        files,
                        CacheView.File::waitingLoads));
        List<CounterDataPointSnapshot> evictions = new ArrayList<>();
        List<CounterDataPointSnapshot> commits = new ArrayList<>();
        List<CounterDataPointSnapshot> bytes = new ArrayList<>();
        List<CounterDataPointSnapshot> failures = new ArrayList<>();
        for (CacheView.File file : files) {
            Labels labels = Labels.of("file", file.path());
            evictions.add(point(file.evictions(), labels));
            commits.add(point(file.commits(), labels));
            bytes.add(point(file.bytesRead(), labels.add("way", "read")));
            bytes.add(point(file.bytesWritten(), labels.add("way", "written")));
            failures.add(point(file.readErrors(), labels.add("kind", "read")));
            failures.add(point(file.writeErrors(), labels.add("kind", "write")));
            failures.add(point(file.checksumFailures(), labels.add("kind", "checksum")));
            failures.add(point(file.failedWritings(), labels.add("kind", "writing")));
            failures.add(point(file.refusedLoads(), labels.add("kind", "refused-load")));
        }
        metrics.add(counter("evictions", "Objects that made room for others.", evictions));
        metrics.add(counter("stored_objects", "Objects stored since the start.", commits));
        metrics.add(counter("file_bytes", "Bytes read from and written to a file.", bytes));
        metrics.add(counter("file_failures", "What went wrong with a file.", failures));
    }

    private static MetricSnapshot files(
            String name,
            String help,
            List<CacheView.File> files,
            ToLongFunction<CacheView.File> value) {
        return gauge(
                name,
                help,
                files.stream()
                        .map(file ->
                                new GaugeDataPointSnapshot(
                                        value.applyAsLong(file),
                                        Labels.of("file", file.path()),
                                        null))
                        .toList());
    }

    private static MetricSnapshot gauge(String name, String help, long value) {
        return PrometheusText.gauge("breakwater_cache_" + name, help, value);
    }

    private static MetricSnapshot gauge(
            String name, String help, List<GaugeDataPointSnapshot> points) {
        return PrometheusText.gauge("breakwater_cache_" + name, help, points);
    }

    private static MetricSnapshot counter(
            String name, String help, List<CounterDataPointSnapshot> points) {
        return PrometheusText.counter("breakwater_cache_" + name, help, points);
    }

    private static CounterDataPointSnapshot point(double value, Labels labels) {
        return PrometheusText.point(value, labels);
    }
}
