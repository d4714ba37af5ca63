package io.breakwater.upstream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.config.OutlierConfig;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What live traffic says of one node, and whether it is out because of it.
///
/// ```
/// in --(failures)--> out --(time)--> half open: one request tries --(answer)--> in
///                     ^------------------(failure, longer)-----'
/// ```
///
/// A success without failures before it, which is nearly every one, costs one read and one count.
/// Answers of requests that were sent before the node was taken out change nothing.
final class Ejection {
    private static final int MOST_TIMES = 30;

    private final AtomicInteger inARow = new AtomicInteger();
    private final AtomicInteger trying = new AtomicInteger();
    private final LongAdder successes = new LongAdder();
    private volatile boolean out;
    private volatile long untilNanos;
    private volatile @Nullable String reason;

    @GuardedBy("this")
    private int times;

    /// A window begins with a failure, so that what was good for long before does not excuse it.
    @GuardedBy("this")
    private long windowNanos;

    @GuardedBy("this")
    private long successesBefore;

    /// 0 when no window has begun.
    @GuardedBy("this")
    private int windowFailures;

    /// What became of a request.
    enum Answer {
        /// It was answered.
        GOOD,
        /// The node failed it.
        BAD,
        /// It ended for another reason.
        NEITHER
    }

    /// Whether the node is out.
    boolean isOut() {
        return out;
    }

    /// Whether a request may be sent: the node is in, or due to be tried and nobody tries it.
    boolean allows(long nowNanos) {
        return !out || (nowNanos - untilNanos >= 0 && trying.get() == 0);
    }

    /// Becomes the one request that tries a node that is out.
    ///
    /// @return false when another one does
    boolean tryOut() {
        return trying.compareAndSet(0, 1);
    }

    /// Why it is out.
    ///
    /// @return null when it is in
    @Nullable String reason() {
        return out ? reason : null;
    }

    /// How long it is out yet.
    ///
    /// @return nanoseconds, 0 when it is in or may be tried
    long leftNanos(long nowNanos) {
        return out ? Math.max(0, untilNanos - nowNanos) : 0;
    }

    /// Notes what became of a request.
    ///
    /// @param config the rules
    /// @param answer what became of it
    /// @param why the failure in words, null for none
    /// @param tries whether it was the one that tried the node
    /// @param mayGo whether the group can do without the node; asked only before it is taken out
    /// @return whether the node went out or came in by this
    boolean note(
            OutlierConfig config,
            Answer answer,
            @Nullable String why,
            boolean tries,
            BooleanSupplier mayGo) {
        if (tries) return tried(config, answer, why);
        if (out || answer == Answer.NEITHER || !config.isOn()) return false;
        if (answer == Answer.GOOD) {
            successes.increment();
            if (inARow.get() != 0) inARow.set(0);
            return false;
        }
        boolean tooMany = config.failures() > 0 && inARow.incrementAndGet() >= config.failures();
        boolean tooOften = config.errorPercent() > 0 && isShareReached(config);
        if (!tooMany && !tooOften) return false;
        String words =
                tooMany
                        ? config.failures() + " failures in a row, the last: " + why
                        : config.errorPercent() + " % of failures, the last: " + why;
        return eject(config, words, mayGo);
    }

    private synchronized boolean tried(OutlierConfig config, Answer answer, @Nullable String why) {
        boolean back = answer == Answer.GOOD;
        if (back) {
            out = false;
            times = 0;
            inARow.set(0);
            windowFailures = 0;
        } else if (answer == Answer.BAD) {
            outFor(config, "tried again and failed: " + why);
        }
        trying.set(0);
        return answer != Answer.NEITHER;
    }

    private synchronized boolean eject(OutlierConfig config, String words, BooleanSupplier mayGo) {
        if (out || !mayGo.getAsBoolean()) return false;
        outFor(config, words);
        out = true;
        return true;
    }

    @GuardedBy("this")
    private void outFor(OutlierConfig config, String words) {
        times = Math.min(times + 1, MOST_TIMES);
        reason = words;
        untilNanos = System.nanoTime() + config.eject().toNanos() * times;
    }

    /// Counts a failure.
    private synchronized boolean isShareReached(OutlierConfig config) {
        long now = System.nanoTime();
        if (windowFailures == 0 || now - windowNanos > config.window().toNanos()) {
            windowNanos = now;
            successesBefore = successes.sum();
            windowFailures = 0;
        }
        windowFailures++;
        long requests = windowFailures + successes.sum() - successesBefore;
        return requests >= config.minRequests()
                && windowFailures * 100L >= config.errorPercent() * requests;
    }
}
