package io.breakwater.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Finds what somebody probably meant.
public final class Nearest {
    private Nearest() {}

    /// The candidate with the smallest edit distance; the first of several.
    ///
    /// @param word what was written
    /// @param candidates what could have been meant
    /// @return null when there are no candidates
    public static @Nullable String of(String word, Collection<String> candidates) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(word, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other.
    static int distance(String from, String to) {
        // Nobody mistypes a key of this length; the bound keeps hostile input cheap.
        if (from.length() > 100) return from.length() + to.length();
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) edits[i][0] = i;
        for (int j = 0; j <= to.length(); j++) edits[0][j] = j;
        for (int i = 1; i <= from.length(); i++)
            for (int j = 1; j <= to.length(); j++) {
                int replace = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                edits[i][j] =
                        Math.min(
                                Math.min(edits[i - 1][j], edits[i][j - 1]) + 1,
                                edits[i - 1][j - 1] + replace);
                boolean swapped =
                        i > 1
                                && j > 1
                                && from.charAt(i - 1) == to.charAt(j - 2)
                                && from.charAt(i - 2) == to.charAt(j - 1);
                if (swapped) edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
            }
        return edits[from.length()][to.length()];
    }
}
