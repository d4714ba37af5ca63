package io.breakwater.upstream.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A target whose load a test sets.
final class SampleTarget implements Target {
    private final String key;
    private final int weight;
    int inFlight;
    double latencyNanos;

    SampleTarget(String key, int weight) {
        this.key = key;
        this.weight = weight;
    }

    /// Targets of the given weights, named `10.0.0.<index>:80`.
    static List<SampleTarget> ofWeights(int... weights) {
        List<SampleTarget> targets = new ArrayList<>();
        for (int i = 0; i < weights.length; i++)
            targets.add(new SampleTarget("10.0.0." + i + ":80", weights[i]));
        return targets;
    }

    /// So many targets of weight 1.
    static List<SampleTarget> equal(int count) {
        int[] weights = new int[count];
        Arrays.fill(weights, 1);
        return ofWeights(weights);
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public double latencyNanos() {
        return latencyNanos;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String toString() {
        return key;
    }

    /// A wish that allows all but one.
    static Wish<SampleTarget> allBut(SampleTarget refused, long hash) {
        return new Wish<>() {
            @Override
            public boolean allows(SampleTarget target) {
                return !target.equals(refused);
            }

            @Override
            public long hash() {
                return hash;
            }
        };
    }

    /// A wish that allows all.
    static Wish<SampleTarget> any(long hash) {
        return new Wish<>() {
            @Override
            public boolean allows(SampleTarget target) {
                return true;
            }

            @Override
            public long hash() {
                return hash;
            }
        };
    }

    /// A wish that allows none.
    static Wish<SampleTarget> none() {
        return new Wish<>() {
            @Override
            public boolean allows(SampleTarget target) {
                return false;
            }

            @Override
            public long hash() {
                return 7;
            }
        };
    }
}
