package io.breakwater.cache.fill;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// What is counted of fills. Any thread.
public final class FillFigures {
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Map<Fate, LongAdder> fates = new EnumMap<>(Fate.class);

    /// Figures that are all zero.
    public FillFigures() {
        for (Fate fate : Fate.values()) fates.put(fate, new LongAdder());
    }

    /// What became of a fill.
    public enum Fate {
        /// The response is stored.
        STORED,
        /// What is stored is still good.
        VALIDATED,
        /// The response may not be stored.
        NOT_STORABLE,
        /// The body is longer than the policy allows.
        TOO_LARGE,
        /// The store took nothing when it began.
        REFUSED,
        /// The disk did not keep up.
        SLOW_DISK,
        /// The store could not finish it.
        WRITE_FAILED,
        /// It was purged or invalidated while it was on its way.
        OUTDATED,
        /// Nobody waited any more.
        ABANDONED,
        /// The upstream failed.
        UPSTREAM_FAILED
    }

    /// Counts a request that goes to an upstream.
    void begin() {
        begun.increment();
    }

    /// Counts the end of one.
    ///
    /// @param fetched bytes of body that came
    void end(long fetched) {
        ended.increment();
        bytes.add(fetched);
    }

    void became(Fate fate) {
        LongAdder count = fates.get(fate);
        if (count != null) count.increment();
    }

    /// How many requests went to upstreams.
    ///
    /// @return 0 or more
    public long begun() {
        return begun.sum();
    }

    /// How many of them are on their way.
    ///
    /// @return 0 or more
    public long open() {
        // The ends first, so that none is counted that has not begun yet.
        long over = ended.sum();
        return Math.max(0, begun.sum() - over);
    }

    /// Bytes of body that came from upstreams.
    ///
    /// @return bytes
    public long bytes() {
        return bytes.sum();
    }

    /// How often each fate came.
    ///
    /// @return all fates, in lower case with dashes
    public Map<String, Long> fates() {
        Map<String, Long> all = new TreeMap<>();
        fates.forEach((fate, count) ->
                all.put(fate.name().toLowerCase(Locale.ROOT).replace('_', '-'), count.sum()));
        return all;
    }
}
