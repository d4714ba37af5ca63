package io.breakwater.upstream.balance;

import java.util.List;

/// The order of smooth weighted round robin as nginx has it, computed once: each index comes up as
/// often as its weight says, spread as evenly as can be.
final class WeightedSequence {
    /// Longest sequence, in picks. Weights that would need a longer one are scaled down.
    private static final int MOST = 1 << 16;

    private WeightedSequence() {}

    /// Makes the sequence.
    ///
    /// @param weights 1 or more each
    /// @return indexes into the weights
    static int[] of(List<Integer> weights) {
        return weights.isEmpty() ? new int[0] : sequence(reduced(weights));
    }

    private static int[] reduced(List<Integer> weights) {
        int divisor = 0;
        long sum = 0;
        for (int weight : weights) {
            divisor = gcd(divisor, weight);
            sum += weight;
        }
        double scale = sum / divisor > MOST ? (double) MOST * divisor / sum : 1;
        int[] reduced = new int[weights.size()];
        for (int i = 0; i < reduced.length; i++)
            reduced[i] = Math.max(1, (int) Math.round(weights.get(i) / divisor * scale));
        return reduced;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private static int[] sequence(int[] weights) {
        int total = 0;
        for (int weight : weights) total += weight;
        if (allEqual(weights)) return counting(weights.length);
        long[] current = new long[weights.length];
        int[] sequence = new int[total];
        for (int step = 0; step < total; step++) {
            int best = 0;
            for (int i = 0; i < weights.length; i++) {
                current[i] += weights[i];
                if (current[i] > current[best]) best = i;
            }
            current[best] -= total;
            sequence[step] = best;
        }
        return sequence;
    }

    private static boolean allEqual(int[] weights) {
        for (int weight : weights) if (weight != weights[0]) return false;
        return true;
    }

    private static int[] counting(int length) {
        int[] sequence = new int[length];
        for (int i = 0; i < length; i++) sequence[i] = i;
        return sequence;
    }
}
