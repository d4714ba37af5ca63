package io.breakwater.upstream;

import io.breakwater.measure.LatencyCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long the nodes of a group took to answer in the last half to full minute, as percentiles.
/// Computed once a second while somebody asks.
final class HeadTimes {
    /// Fewer answers say nothing of the slowest ones.
    private static final int FEWEST = 100;

    private volatile boolean asked;
    private volatile long @Nullable [] micros;

    /// What a share of the answers did not exceed.
    ///
    /// @param percent 1 to 99
    /// @return nanoseconds, -1 when not known
    long nanos(int percent) {
        if (!asked) asked = true;
        long[] known = micros;
        return known == null ? -1 : known[percent] * 1000;
    }

    /// Takes a new look. One thread.
    void sample(List<Node> nodes) {
        if (!asked) return;
        long[] sum = new long[LatencyCounts.BUCKETS];
        long total = 0;
        for (Node node : nodes) {
            long[] counts = node.figures().latencies();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += counts[i];
                total += counts[i];
            }
        }
        micros = total < FEWEST ? null : percentiles(sum, total);
    }

    private static long[] percentiles(long[] counts, long total) {
        long[] found = new long[100];
        for (int percent = 1; percent < 100; percent++)
            found[percent] = LatencyCounts.percentile(counts, total, percent / 100.0);
        return found;
    }
}
