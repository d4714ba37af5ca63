package io.breakwater.report.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/// Counts latencies in buckets whose width grows with the value (32 to each doubling, so a
/// percentile is at most 3 % off), up to 71 minutes. Threads count in stripes of their own so that
/// they do not share cache lines; counts only grow, and a reader takes differences.
final class LatencyCounts {
    private static final int SUB_BITS = 5;
    private static final long MAX_MICROS = (1L << 32) - 1;
    static final int BUCKETS = (31 - SUB_BITS << SUB_BITS) + (2 << SUB_BITS);

    private final AtomicLongArray[] stripes;
    private final int mask;

    LatencyCounts() {
        int cores = Runtime.getRuntime().availableProcessors();
        // More stripes than threads that count, as their ids may fall together.
        int count = Integer.highestOneBit(Math.clamp(cores * 4L, 8, 32));
        stripes = new AtomicLongArray[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new AtomicLongArray(BUCKETS);
        }
        mask = count - 1;
    }

    void record(long nanos) {
        long micros = Math.clamp(nanos / 1000, 0, MAX_MICROS);
        int stripe = (int) Thread.currentThread().threadId() & mask;
        stripes[stripe].getAndIncrement(bucket(micros));
    }

    /// All counts so far.
    long[] totals() {
        long[] totals = new long[BUCKETS];
        for (AtomicLongArray stripe : stripes) {
            for (int i = 0; i < BUCKETS; i++) {
                totals[i] += stripe.get(i);
            }
        }
        return totals;
    }

    static int bucket(long micros) {
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(micros) - SUB_BITS);
        return (shift << SUB_BITS) + (int) (micros >>> shift);
    }

    /// The middle of a bucket.
    static long micros(int bucket) {
        int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
        return ((long) (bucket - (shift << SUB_BITS)) << shift) + (1L << shift) / 2;
    }

    /// The value that a share of the counts does not exceed.
    ///
    /// @param counts counts by bucket
    /// @param total their sum
    /// @param share 0 to 1
    /// @return microseconds, 0 when there are no counts
    static long percentile(long[] counts, long total, double share) {
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
