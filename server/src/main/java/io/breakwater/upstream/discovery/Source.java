package io.breakwater.upstream.discovery;

import io.breakwater.config.DiscoveryConfig.How;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one thing again and again and keeps the last answer. When asking fails, the answer before
/// stays and is asked for again soon, then more and more seldom.
final class Source {
    private static final Logger LOG = LoggerFactory.getLogger(Source.class);
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /// Who answers again may say something else, and few who ask so seldom are no burden.
    private static final Duration LONGEST_AFTER_FAILURE = Duration.ofSeconds(5);

    private final SourceKey key;
    private final Inquiry inquiry;
    private final Scheduler scheduler;
    private final Runnable changed;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile State state;
    private volatile boolean stopped;
    private volatile Scheduler.@Nullable Task next;
    private int failures;

    /// Makes a source.
    ///
    /// @param key what is asked
    /// @param inquiry asks
    /// @param before what is used until the first answer
    /// @param scheduler for the time between
    /// @param changed told of each other answer and failure, on a virtual thread
    Source(SourceKey key, Inquiry inquiry, State before, Scheduler scheduler, Runnable changed) {
        this.key = key;
        this.inquiry = inquiry;
        this.state = before;
        this.scheduler = scheduler;
        this.changed = changed;
    }

    /// What is known.
    ///
    /// @param found nodes of the last answer, none before the first
    /// @param foundMillis when it came, milliseconds since 1970, 0 for never
    /// @param nextMillis when will be asked again, the same; 0 before the first answer
    /// @param failure why the last question was not answered, null when it was
    record State(List<Found> found, long foundMillis, long nextMillis, @Nullable String failure) {
        static final State UNKNOWN = new State(List.of(), 0, 0, null);
    }

    State state() {
        return state;
    }

    void start() {
        if (!stopped) Thread.ofVirtual().name("bw-discovery").start(this::run);
    }

    void stop() {
        stopped = true;
        Scheduler.Task waiting = next;
        if (waiting != null) waiting.cancel();
    }

    /// Waits until it was asked once, whatever came of it.
    ///
    /// @param nanos at most so long
    @SuppressWarnings("ResultOfMethodCallIgnored")
    void await(long nanos) throws InterruptedException {
        if (state.foundMillis() == 0) first.await(nanos, TimeUnit.NANOSECONDS);
    }

    private void run() {
        State before = state;
        Duration pause;
        String failure = null;
        List<Found> found = before.found();
        try {
            Inquiry.Result result = inquiry.ask();
            found = result.found();
            pause = bounded(result.good());
            failures = 0;
        } catch (LookupException e) {
            failure = e.getMessage();
            pause = afterFailure();
        } catch (RuntimeException e) {
            LOG.error("discovery of {} failed", key.name(), e);
            failure = e.toString();
            pause = afterFailure();
        }
        if (stopped) return;
        long now = System.currentTimeMillis();
        long foundMillis = failure == null ? now : before.foundMillis();
        state = new State(found, foundMillis, now + pause.toMillis(), failure);
        log(before, failure);
        if (!found.equals(before.found()) || !Objects.equals(failure, before.failure()))
            changed.run();
        first.countDown();
        next = scheduler.schedule(this::start, pause.toMillis(), TimeUnit.MILLISECONDS);
        if (stopped) stop();
    }

    private void log(State before, @Nullable String failure) {
        if (failure != null && before.failure() == null) {
            LOG.warn(
                    "discovery of {} failed, {}: {}",
                    key.name(),
                    before.found().isEmpty()
                            ? "no node is known"
                            : "the nodes found before stay in use",
                    failure);
        } else if (failure == null && before.failure() != null) {
            LOG.info("discovery of {} goes on", key.name());
        }
    }

    private Duration bounded(Duration good) {
        Duration most = key.interval();
        Duration pause = most != null && most.compareTo(good) < 0 ? most : good;
        return pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
    }

    private Duration afterFailure() {
        if (key.how() == How.FILE) return SHORTEST; // to look costs nothing
        Duration pause = SHORTEST.multipliedBy(1L << Math.min(failures++, 3));
        Duration most = LONGEST_AFTER_FAILURE;
        return bounded(pause.compareTo(most) > 0 ? most : pause);
    }
}
