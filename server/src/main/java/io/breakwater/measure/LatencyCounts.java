package io.breakwater.measure;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Counts latencies in buckets whose width grows with the value (32 to each doubling, so a
/// percentile is at most 3 % off), up to 71 minutes. Threads count in stripes of their own so that
/// they do not share cache lines; a stripe of 7 kB is made by its first thread. Counts only grow,
/// and a reader takes differences.
public final class LatencyCounts {
    private static final int SUB_BITS = 5;
    private static final long MAX_MICROS = (1L << 32) - 1;

    /// How many buckets there are.
    public static final int BUCKETS = (31 - SUB_BITS << SUB_BITS) + (2 << SUB_BITS);

    private final AtomicReferenceArray<AtomicLongArray> stripes;
    private final int mask;

    /// Makes counts that are all 0.
    ///
    /// @param mostStripes how many threads may count without meeting, a power of two
    public LatencyCounts(int mostStripes) {
        stripes = new AtomicReferenceArray<>(mostStripes);
        mask = mostStripes - 1;
    }

    /// Counts one.
    ///
    /// @param nanos the latency, nanoseconds
    public void record(long nanos) {
        long micros = Math.clamp(nanos / 1000, 0, MAX_MICROS);
        int stripe = (int) Thread.currentThread().threadId() & mask;
        AtomicLongArray counts = stripes.get(stripe);
        if (counts == null) {
            counts = new AtomicLongArray(BUCKETS);
            if (!stripes.compareAndSet(stripe, null, counts)) counts = stripes.get(stripe);
        }
        counts.getAndIncrement(bucket(micros));
    }

    /// All counts so far.
    ///
    /// @return a new array, by bucket
    public long[] totals() {
        long[] totals = new long[BUCKETS];
        for (int stripe = 0; stripe <= mask; stripe++) {
            AtomicLongArray counts = stripes.get(stripe);
            if (counts == null) continue;
            for (int i = 0; i < BUCKETS; i++) totals[i] += counts.get(i);
        }
        return totals;
    }

    /// The bucket of a latency.
    ///
    /// @param micros 0 to 2^32 - 1 microseconds
    /// @return 0 to [#BUCKETS] - 1
    public static int bucket(long micros) {
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(micros) - SUB_BITS);
        return (shift << SUB_BITS) + (int) (micros >>> shift);
    }

    /// The middle of a bucket.
    ///
    /// @param bucket 0 to [#BUCKETS] - 1
    /// @return microseconds
    public static long micros(int bucket) {
        int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
        return ((long) (bucket - (shift << SUB_BITS)) << shift) + (1L << shift) / 2;
    }

    /// The value that a share of the counts does not exceed.
    ///
    /// @param counts counts by bucket
    /// @param total their sum
    /// @param share 0 to 1
    /// @return microseconds, 0 when there are no counts
    public static long percentile(long[] counts, long total, double share) {
        long rank = Math.max(1, (long) Math.ceil(total * share));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return micros(i);
            }
        }
        return 0;
    }
}
