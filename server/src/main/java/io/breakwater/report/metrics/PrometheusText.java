package io.breakwater.report.metrics;

import io.breakwater.control.CacheView;
import io.breakwater.control.CompressionView;
import io.breakwater.control.MirrorView;
import io.breakwater.control.TunnelView;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// Turns the counters into Prometheus text.
final class PrometheusText {
    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.create();
    private static final double NANOS = 1e9;
    private static final String[] CODE_CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private PrometheusText() {}

    static String write(
            Series series,
            int inFlight,
            int connections,
            long droppedLines,
            List<MirrorView> mirrors,
            List<CompressionView> compression,
            CacheView cache,
            TunnelView tunnels) {
        List<MetricSnapshot> metrics = new ArrayList<>();
        addHttp(new TreeMap<>(series.servers), metrics);
        addEnds(new TreeMap<>(series.servers), metrics);
        addUpstreams(new TreeMap<>(series.upstreams), metrics);
        addMirrors(mirrors, metrics);
        addCompression(compression, metrics);
        CacheText.add(cache, metrics);
        TunnelText.add(tunnels, metrics);
        metrics.add(gauge("breakwater_http_in_flight", "Exchanges in flight.", inFlight));
        metrics.add(gauge("breakwater_http_connections", "Open client connections.", connections));
        metrics.add(
                counter(
                        "breakwater_accesslog_dropped_lines",
                        "Access-log lines lost: buffer full or file not writable.",
                        List.of(point(droppedLines, Labels.EMPTY))));
        metrics.addAll(ProcessFigures.metrics());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            WRITER.write(out, new MetricSnapshots(metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static GaugeSnapshot gauge(String name, String help, double value) {
        return gauge(name, help, List.of(new GaugeDataPointSnapshot(value, Labels.EMPTY, null)));
    }

    static GaugeSnapshot gauge(String name, String help, List<GaugeDataPointSnapshot> points) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        points.forEach(gauge::dataPoint);
        return gauge.build();
    }

    static CounterSnapshot counter(
            String name, String help, List<CounterDataPointSnapshot> points) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        points.forEach(counter::dataPoint);
        return counter.build();
    }

    static CounterDataPointSnapshot point(double value, Labels labels) {
        return CounterDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    private static void addHttp(
            Map<String, Series.OfServer> servers, List<MetricSnapshot> metrics) {
        List<CounterDataPointSnapshot> requests = new ArrayList<>();
        List<CounterDataPointSnapshot> bytesIn = new ArrayList<>();
        List<CounterDataPointSnapshot> bytesOut = new ArrayList<>();
        List<HistogramDataPointSnapshot> durations = new ArrayList<>();
        servers.forEach((server, counts) -> {
            new TreeMap<>(counts.locations)
                    .forEach((location, of) -> {
                        Labels labels = Labels.of("server", server, "location", location);
                        addClasses(of.classes, labels, requests);
                        bytesIn.add(point(of.bytesIn.sum(), labels));
                        bytesOut.add(point(of.bytesOut.sum(), labels));
                    });
            durations.add(point(counts.duration, Labels.of("server", server)));
        });
        metrics.add(
                counter(
                        "breakwater_http_requests",
                        "Finished exchanges by server, location and status class.",
                        requests));
        metrics.add(counter("breakwater_http_request_body_bytes", "Body bytes received.", bytesIn));
        metrics.add(counter("breakwater_http_response_body_bytes", "Body bytes sent.", bytesOut));
        metrics.add(
                histogram(
                        "breakwater_http_request_duration_seconds",
                        "From a request's first byte to the last byte of its answer.",
                        durations));
    }

    private static void addEnds(
            Map<String, Series.OfServer> servers, List<MetricSnapshot> metrics) {
        List<CounterDataPointSnapshot> failures = new ArrayList<>();
        List<CounterDataPointSnapshot> handshakes = new ArrayList<>();
        List<CounterDataPointSnapshot> http2Ends = new ArrayList<>();
        servers.forEach((server, counts) -> {
            Labels labels = Labels.of("server", server);
            addCounts(counts.failures, labels, "reason", failures);
            addCounts(counts.handshakes, labels, "outcome", handshakes);
            addCounts(counts.http2Ends, labels, "reason", http2Ends);
        });
        metrics.add(
                counter(
                        "breakwater_http_failures",
                        "Exchanges that failed, by reason as in the access log.",
                        failures));
        metrics.add(
                counter(
                        "breakwater_tls_handshakes",
                        "TLS handshakes of clients and what came of them.",
                        handshakes));
        metrics.add(
                counter(
                        "breakwater_http2_ended",
                        "HTTP/2 connections of clients that ended for what the client sent.",
                        http2Ends));
    }

    private static void addCounts(
            Map<String, LongAdder> counts,
            Labels labels,
            String label,
            List<CounterDataPointSnapshot> points) {
        new TreeMap<>(counts)
                .forEach((word, count) -> points.add(point(count.sum(), labels.add(label, word))));
    }

    private static void addUpstreams(
            Map<String, Series.OfUpstream> upstreams, List<MetricSnapshot> metrics) {
        List<CounterDataPointSnapshot> attempts = new ArrayList<>();
        List<CounterDataPointSnapshot> connections = new ArrayList<>();
        List<HistogramDataPointSnapshot> headers = new ArrayList<>();
        upstreams.forEach((upstream, counts) -> {
            Labels labels = Labels.of("upstream", upstream);
            addClasses(counts.classes, labels, attempts);
            connections.add(point(counts.connected.sum(), labels.add("kind", "new")));
            connections.add(point(counts.reused.sum(), labels.add("kind", "reused")));
            headers.add(point(counts.header, labels));
        });
        metrics.add(
                counter(
                        "breakwater_upstream_attempts",
                        "Attempts at nodes by status class; none when no response head came.",
                        attempts));
        metrics.add(
                counter(
                        "breakwater_upstream_connections_used",
                        "Connections that attempts went over, new or reused.",
                        connections));
        metrics.add(
                histogram(
                        "breakwater_upstream_header_duration_seconds",
                        "From an attempt's begin to the response head.",
                        headers));
    }

    private static void addCompression(
            List<CompressionView> codings, List<MetricSnapshot> metrics) {
        List<CounterDataPointSnapshot> bodies = new ArrayList<>();
        List<CounterDataPointSnapshot> plain = new ArrayList<>();
        List<CounterDataPointSnapshot> coded = new ArrayList<>();
        List<GaugeDataPointSnapshot> open = new ArrayList<>();
        for (CompressionView of : codings) {
            Labels labels = Labels.of("encoding", of.encoding());
            bodies.add(point(of.bodies(), labels));
            open.add(new GaugeDataPointSnapshot(of.open(), labels, null));
            plain.add(point(of.plainBytes(), labels));
            coded.add(point(of.codedBytes(), labels));
        }
        metrics.add(counter("breakwater_compression_responses", "Responses compressed.", bodies));
        metrics.add(
                gauge(
                        "breakwater_compression_open_responses",
                        "Responses that are being compressed.",
                        open));
        metrics.add(
                counter(
                        "breakwater_compression_plain_bytes",
                        "Body bytes before they were compressed.",
                        plain));
        metrics.add(
                counter(
                        "breakwater_compression_coded_bytes",
                        "Body bytes after they were compressed.",
                        coded));
    }

    private static void addMirrors(List<MirrorView> mirrors, List<MetricSnapshot> metrics) {
        List<CounterDataPointSnapshot> copies = new ArrayList<>();
        List<GaugeDataPointSnapshot> inFlight = new ArrayList<>();
        for (MirrorView mirror : mirrors) {
            Labels labels = Labels.of("location", mirror.location());
            inFlight.add(new GaugeDataPointSnapshot(mirror.inFlight(), labels, null));
            mirror.fates()
                    .forEach((fate, count) -> copies.add(point(count, labels.add("fate", fate))));
        }
        metrics.add(
                counter(
                        "breakwater_mirror_copies",
                        "Copies of requests by location and what became of them.",
                        copies));
        metrics.add(gauge("breakwater_mirror_in_flight", "Copies on their way.", inFlight));
    }

    private static void addClasses(
            LongAdder[] classes, Labels labels, List<CounterDataPointSnapshot> points) {
        for (int i = 0; i < classes.length; i++) {
            long count = classes[i].sum();
            if (count > 0) {
                points.add(point(count, labels.add("code_class", CODE_CLASSES[i])));
            }
        }
    }

    private static HistogramSnapshot histogram(
            String name, String help, List<HistogramDataPointSnapshot> points) {
        HistogramSnapshot.Builder histogram = HistogramSnapshot.builder().name(name).help(help);
        points.forEach(histogram::dataPoint);
        return histogram.build();
    }

    private static HistogramDataPointSnapshot point(Series.Histogram histogram, Labels labels) {
        long[] counts = new long[histogram.buckets.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = histogram.buckets[i].sum();
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(Series.BOUNDS_SECONDS, counts))
                .sum(histogram.sumNanos.sum() / NANOS)
                .labels(labels)
                .build();
    }
}
