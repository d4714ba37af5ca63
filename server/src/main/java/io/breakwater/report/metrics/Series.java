package io.breakwater.report.metrics;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.exchange.Handshake;
import io.breakwater.exchange.Http2End;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// The counters behind the Prometheus text. Labels take names of configuration objects and fixed
/// words only, so their number is bounded by the configuration. Counters only grow.
final class Series {
    /// Upper bounds of the duration histograms.
    static final double[] BOUNDS_SECONDS = {
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
        Double.POSITIVE_INFINITY
    };

    private static final long[] BOUNDS_NANOS =
            Arrays.stream(BOUNDS_SECONDS)
                    .mapToLong(s -> Double.isInfinite(s) ? Long.MAX_VALUE : Math.round(s * 1e9))
                    .toArray();
    private static final Set<String> REASONS =
            Arrays.stream(ErrorKind.values()).map(ErrorKind::code).collect(Collectors.toSet());

    final Map<String, OfServer> servers = new ConcurrentHashMap<>();
    final Map<String, OfUpstream> upstreams = new ConcurrentHashMap<>();

    void count(ExchangeView view) {
        of(servers, view.serverName()).count(view);
        String upstream = view.upstreamName();
        if (upstream != null) {
            OfUpstream counts = upstreams.get(upstream);
            if (counts == null) {
                counts = upstreams.computeIfAbsent(upstream, key -> new OfUpstream());
            }
            for (ExchangeView.Attempt attempt : view.attempts()) {
                counts.count(attempt);
            }
        }
    }

    void count(Handshake handshake) {
        of(servers, handshake.server())
                .handshakes
                .computeIfAbsent(handshake.outcome().word(), key -> new LongAdder())
                .increment();
    }

    void count(Http2End end) {
        of(servers, end.server())
                .http2Ends
                .computeIfAbsent(end.reason().word(), key -> new LongAdder())
                .increment();
    }

    private static OfServer of(Map<String, OfServer> servers, String name) {
        OfServer found = servers.get(name);
        return found != null ? found : servers.computeIfAbsent(name, key -> new OfServer());
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        Arrays.setAll(adders, i -> new LongAdder());
        return adders;
    }

    /// A server's counters.
    static final class OfServer {
        final Map<String, OfLocation> locations = new ConcurrentHashMap<>();
        final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
        final Map<String, LongAdder> handshakes = new ConcurrentHashMap<>();
        final Map<String, LongAdder> http2Ends = new ConcurrentHashMap<>();
        final Histogram duration = new Histogram();

        private void count(ExchangeView view) {
            // How long a tunnel is open says nothing of how quick answers are.
            if (!view.isTunnel()) duration.record(view.latencyNanos());
            String name = view.locationName();
            String key = name == null ? "-" : name;
            OfLocation location = locations.get(key);
            if (location == null) {
                location = locations.computeIfAbsent(key, k -> new OfLocation());
            }
            location.count(view);
            String reason = view.reason();
            if (reason != null && view.isFailed()) {
                failures.computeIfAbsent(bounded(reason), k -> new LongAdder()).increment();
            }
        }

        private static String bounded(String reason) {
            return REASONS.contains(reason) ? reason : "other";
        }
    }

    /// A location's counters within a server.
    static final class OfLocation {
        /// By status class; 0 for what has none.
        final LongAdder[] classes = adders(6);

        final LongAdder bytesIn = new LongAdder();
        final LongAdder bytesOut = new LongAdder();

        private void count(ExchangeView view) {
            classes[statusClass(view.status())].increment();
            add(bytesIn, view.requestBodyBytes());
            add(bytesOut, view.responseBodyBytes());
        }
    }

    /// An upstream's counters.
    static final class OfUpstream {
        /// By status class; 0 for attempts without a response head.
        final LongAdder[] classes = adders(6);

        final LongAdder reused = new LongAdder();
        final LongAdder connected = new LongAdder();
        final Histogram header = new Histogram();

        private void count(ExchangeView.Attempt attempt) {
            classes[statusClass(attempt.status())].increment();
            if (attempt.reused()) {
                reused.increment();
            } else if (attempt.connectNanos() >= 0) {
                connected.increment();
            }
            if (attempt.headerNanos() >= 0) {
                header.record(attempt.headerNanos());
            }
        }
    }

    /// A histogram with fixed bounds.
    static final class Histogram {
        final LongAdder[] buckets = adders(BOUNDS_NANOS.length);
        final LongAdder sumNanos = new LongAdder();

        private void record(long nanos) {
            long value = Math.max(0, nanos);
            int bucket = 0;
            while (value > BOUNDS_NANOS[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
            sumNanos.add(value);
        }
    }

    private static int statusClass(int status) {
        int family = status / 100;
        return family >= 1 && family <= 5 ? family : 0;
    }

    private static void add(LongAdder adder, long bytes) {
        if (bytes > 0) {
            adder.add(bytes);
        }
    }
}
