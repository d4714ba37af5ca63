package io.breakwater.report.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.control.CacheTraffic;
import io.breakwater.control.CacheView;
import io.breakwater.control.CompressionView;
import io.breakwater.control.Control;
import io.breakwater.control.LiveSample;
import io.breakwater.control.MirrorView;
import io.breakwater.control.TunnelView;
import io.breakwater.exchange.ExchangeView;
import io.breakwater.exchange.Handshake;
import io.breakwater.exchange.Http2End;
import io.breakwater.exchange.RequestLog;
import io.breakwater.measure.LatencyCounts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process's traffic figures: counts every finished exchange, makes one sample a second and
/// keeps 300 of them, and writes the Prometheus text. [#log] is lock-free and may be called by all
/// threads; all other methods may be called by any thread and do not block for long.
public final class Figures implements RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(Figures.class);
    private static final int KEPT_SAMPLES = 300;

    private final Series series = new Series();
    private final LatencyCounts latencies = new LatencyCounts(stripes());
    private final List<Consumer<LiveSample>> listeners = new CopyOnWriteArrayList<>();
    private volatile IntSupplier inFlight = () -> 0;
    private volatile IntSupplier connections = () -> 0;
    private volatile LongSupplier droppedLines = () -> 0;
    private volatile Supplier<List<MirrorView>> mirrors = List::of;
    private volatile Supplier<CacheView> cache = () -> CacheView.NONE;
    private volatile Supplier<List<CompressionView>> compression = List::of;
    private volatile Supplier<TunnelView> tunnels = () -> TunnelView.NONE;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<LiveSample> samples = new ArrayDeque<>();

    @GuardedBy("lock")
    private Totals last = Totals.NONE;

    @GuardedBy("lock")
    private @Nullable Thread sampler;

    /// Makes figures that count at once; samples are made after [#start].
    public Figures() {}

    /// More stripes than threads that count, as their ids may fall together.
    private static int stripes() {
        int cores = Runtime.getRuntime().availableProcessors();
        return Integer.highestOneBit(Math.clamp(cores * 4L, 8, 32));
    }

    @Override
    public void log(ExchangeView exchange) {
        series.count(exchange);
        if (!exchange.isTunnel()) latencies.record(exchange.latencyNanos());
    }

    /// Counts a handshake. Why one failed is in the log of the process at level debug, as whoever
    /// looks for open ports makes many of them.
    ///
    /// @param handshake how it went
    public void handshake(Handshake handshake) {
        series.count(handshake);
        if (handshake.outcome() != Handshake.Outcome.DONE)
            LOG.debug(
                    "no TLS with {} at server {}: {}: {}",
                    handshake.peer(),
                    handshake.server(),
                    handshake.outcome().word(),
                    handshake.words());
    }

    /// Counts an HTTP/2 connection that ended for what the client sent.
    ///
    /// @param end how it ended; the log has it at level debug
    public void ended(Http2End end) {
        series.count(end);
        LOG.debug(
                "HTTP/2 connection of {} at server {} ended: {}: {}",
                end.peer(),
                end.server(),
                end.reason().word(),
                end.words());
    }

    /// Says where to read what is no event.
    ///
    /// @param inFlight exchanges in flight
    /// @param connections open client connections
    public void gauges(IntSupplier inFlight, IntSupplier connections) {
        this.inFlight = inFlight;
        this.connections = connections;
    }

    /// Says where to read how many access-log lines were dropped.
    ///
    /// @param droppedLines lines since the start
    public void droppedLines(LongSupplier droppedLines) {
        this.droppedLines = droppedLines;
    }

    /// Says where to read what became of copied requests.
    ///
    /// @param mirrors one per location
    public void mirrors(Supplier<List<MirrorView>> mirrors) {
        this.mirrors = mirrors;
    }

    /// Says where to read what the cache did.
    ///
    /// @param cache makes a fresh view
    public void cache(Supplier<CacheView> cache) {
        this.cache = cache;
    }

    /// Says where to read what was compressed.
    ///
    /// @param compression one per coding
    public void compression(Supplier<List<CompressionView>> compression) {
        this.compression = compression;
    }

    /// Says where to read what is counted of tunnels.
    ///
    /// @param tunnels makes a fresh view
    public void tunnels(Supplier<TunnelView> tunnels) {
        this.tunnels = tunnels;
    }

    /// The samples kept.
    ///
    /// @return at most 300, oldest first
    public List<LiveSample> samples() {
        lock.lock();
        try {
            return List.copyOf(samples);
        } finally {
            lock.unlock();
        }
    }

    /// Calls back for each new sample until the handle is closed.
    ///
    /// @param listener called on `bw-figures-1`; must not block
    /// @return the handle
    public Control.Subscription subscribe(Consumer<LiveSample> listener) {
        // Each subscription is an entry of its own, even when a listener subscribes twice.
        Consumer<LiveSample> entry = sample -> listener.accept(sample);
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }

    /// The Prometheus text.
    ///
    /// @return the exposition format, version 0.0.4
    public String prometheus() {
        return PrometheusText.write(
                series,
                inFlight.getAsInt(),
                connections.getAsInt(),
                droppedLines.getAsLong(),
                mirrors.get(),
                compression.get(),
                cache.get(),
                tunnels.get());
    }

    /// Begins to make samples. Does nothing when it has begun.
    public void start() {
        lock.lock();
        try {
            if (sampler == null) {
                last = totals();
                sampler =
                        Thread.ofPlatform()
                                .name("bw-figures-1")
                                .daemon()
                                .start(this::sampleUntilStopped);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Stops making samples; counting goes on.
    public void stop() {
        lock.lock();
        try {
            LockSupport.unpark(sampler);
            sampler = null;
        } finally {
            lock.unlock();
        }
    }

    /// Makes the sample of what happened since the last one and hands it out.
    LiveSample sample(long epochSecond) {
        LiveSample sample;
        lock.lock();
        try {
            Totals now = totals();
            sample = now.since(last, epochSecond, inFlight.getAsInt(), connections.getAsInt());
            last = now;
            samples.addLast(sample);
            if (samples.size() > KEPT_SAMPLES) {
                samples.removeFirst();
            }
        } finally {
            lock.unlock();
        }
        for (Consumer<LiveSample> listener : listeners) {
            try {
                listener.accept(sample);
            } catch (RuntimeException e) {
                LOG.warn("a listener to live figures failed: {}", e.toString(), e);
            }
        }
        return sample;
    }

    private void sampleUntilStopped() {
        long next = nextSecond();
        while (isSampler()) {
            long millis = next * 1000 - System.currentTimeMillis();
            if (millis > 0) {
                // At most one second at a time, so that a clock set back is noticed.
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(Math.min(millis, 1000)));
                if (millis > 2000) {
                    next = nextSecond();
                }
                continue;
            }
            try {
                sample(next - 1);
            } catch (RuntimeException e) {
                LOG.error("no sample of second {}: {}", next - 1, e.toString(), e);
            }
            next = nextSecond();
        }
    }

    private static long nextSecond() {
        return System.currentTimeMillis() / 1000 + 1;
    }

    @SuppressWarnings("ReferenceEquality") // this very thread
    private boolean isSampler() {
        lock.lock();
        try {
            return sampler == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private Totals totals() {
        long[] classes = new long[6];
        long bytesIn = 0;
        long bytesOut = 0;
        for (Series.OfServer server : series.servers.values()) {
            for (Series.OfLocation location : server.locations.values()) {
                for (int i = 0; i < classes.length; i++) {
                    classes[i] += location.classes[i].sum();
                }
                bytesIn += location.bytesIn.sum();
                bytesOut += location.bytesOut.sum();
            }
        }
        CacheTraffic cached = cache.get().traffic();
        return new Totals(
                classes, bytesIn, bytesOut, latencies.totals(), cached.asked(), cached.answered());
    }

    /// All counts at one moment.
    // Lives within one method call or under the lock; nobody else sees the arrays.
    @SuppressWarnings("ArrayRecordComponent")
    private record Totals(
            long[] classes,
            long bytesIn,
            long bytesOut,
            long[] latencies,
            long cacheAsked,
            long cacheAnswered) {
        static final Totals NONE =
                new Totals(new long[6], 0, 0, new long[LatencyCounts.BUCKETS], 0, 0);

        LiveSample since(Totals before, long epochSecond, int inFlight, int connections) {
            long[] byClass = new long[5];
            long requests = classes[0] - before.classes[0];
            for (int i = 0; i < byClass.length; i++) {
                byClass[i] = classes[i + 1] - before.classes[i + 1];
                requests += byClass[i];
            }
            long[] counts = new long[latencies.length];
            long total = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = latencies[i] - before.latencies[i];
                total += counts[i];
            }
            return new LiveSample(
                    epochSecond,
                    requests,
                    byClass,
                    LatencyCounts.percentile(counts, total, 0.50),
                    LatencyCounts.percentile(counts, total, 0.95),
                    LatencyCounts.percentile(counts, total, 0.99),
                    bytesIn - before.bytesIn,
                    bytesOut - before.bytesOut,
                    inFlight,
                    connections,
                    cacheAsked - before.cacheAsked,
                    cacheAnswered - before.cacheAnswered);
        }
    }
}
