package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The candidates of one host, by path.
///
/// - Exact paths are in a hash table.
/// - Prefixes are in a hash table that is asked once for each length a prefix has, with a hash that
///   is carried along the path. Each knows the next shorter prefix of itself, so finding the
///   longest finds all; how many locations there are does not matter.
/// - Locations for any path, and expressions, are lists in the order tried.
///
/// Every list is in that order, so it is left as soon as it cannot win any more.
final class PathIndex {
    private static final Candidate[] NONE = {};

    private final Map<String, Candidate[]> exact;
    private final @Nullable RegionTable<Prefix> prefixes;
    private final int[] lengths;
    private final Candidate[] any;
    private final Candidate[] expressions;

    /// A prefix, those who have it, and the next shorter prefix that begins it.
    private record Prefix(Candidate[] candidates, @Nullable Prefix shorter, int bestRank) {}

    /// Collects candidates in the order tried.
    static final class Builder {
        private final Map<String, List<Candidate>> exact = new HashMap<>();
        private final Map<String, List<Candidate>> prefixes = new TreeMap<>();
        private final List<Candidate> any = new ArrayList<>();
        private final List<Candidate> expressions = new ArrayList<>();

        /// Adds a candidate that is tried after all before it.
        void add(Candidate candidate) {
            List<Candidate> list =
                    switch (candidate.path()) {
                        case PathPattern.Exact path ->
                                exact.computeIfAbsent(path.exact(), key -> new ArrayList<>(1));
                        case PathPattern.Prefix path ->
                                prefixes.computeIfAbsent(path.prefix(), key -> new ArrayList<>(1));
                        case PathPattern.Any path -> any;
                        case PathPattern.Expression path -> expressions;
                    };
            list.add(candidate);
        }

        PathIndex build() {
            return new PathIndex(this);
        }
    }

    private PathIndex(Builder builder) {
        exact = new HashMap<>(builder.exact.size() * 2);
        builder.exact.forEach((path, list) -> exact.put(path, array(list)));
        lengths =
                builder.prefixes.keySet().stream()
                        .mapToInt(String::length)
                        .sorted()
                        .distinct()
                        .toArray();
        prefixes =
                lengths.length == 0
                        ? null
                        : new RegionTable<>(linked(builder.prefixes), String::hashCode);
        any = array(builder.any);
        expressions = array(builder.expressions);
    }

    private static Candidate[] array(List<Candidate> list) {
        return list.isEmpty() ? NONE : list.toArray(Candidate[]::new);
    }

    /// Links each prefix to the next shorter one. In the order of texts a prefix comes before all
    /// that it begins, so those that may begin the current one form a stack.
    private static Map<String, Prefix> linked(Map<String, List<Candidate>> sorted) {
        Map<String, Prefix> linked = new HashMap<>(sorted.size() * 2);
        List<String> open = new ArrayList<>();
        sorted.forEach((path, list) -> {
            while (!open.isEmpty() && !path.startsWith(open.getLast())) {
                open.removeLast();
            }
            Prefix shorter = open.isEmpty() ? null : linked.get(open.getLast());
            Candidate[] candidates = array(list);
            int rank = candidates[0].rank();
            int best = shorter == null ? rank : Math.min(rank, shorter.bestRank());
            linked.put(path, new Prefix(candidates, shorter, best));
            open.add(path);
        });
        return linked;
    }

    /// Looks for a better candidate among all but the expressions.
    ///
    /// @param best the best so far, null for none
    /// @return the better one
    @Nullable Candidate direct(RequestHead head, String host, @Nullable Candidate best) {
        Candidate found = best;
        String path = head.path();
        if (!exact.isEmpty()) {
            Candidate[] list = exact.get(path);
            if (list != null) {
                found = first(list, head, host, found);
            }
        }
        for (Prefix prefix = longest(path); prefix != null; prefix = prefix.shorter()) {
            if (found != null && prefix.bestRank() >= found.rank()) {
                break;
            }
            found = first(prefix.candidates(), head, host, found);
        }
        return first(any, head, host, found);
    }

    /// Looks for a better candidate among the expressions.
    ///
    /// @param best the best so far, null for none
    /// @return the better one
    @Nullable Candidate expressions(RequestHead head, String host, @Nullable Candidate best) {
        for (Candidate candidate : expressions) {
            if (best != null && candidate.rank() >= best.rank()) {
                return best;
            }
            if (candidate.path().matches(head.path()) && candidate.holds(head, host)) {
                return candidate;
            }
        }
        return best;
    }

    private @Nullable Prefix longest(String path) {
        if (prefixes == null) {
            return null;
        }
        Prefix longest = null;
        int hash = 0;
        int at = 0;
        for (int length : lengths) {
            if (length > path.length()) {
                break;
            }
            for (; at < length; at++) {
                hash = 31 * hash + path.charAt(at);
            }
            Prefix prefix = prefixes.find(path, 0, length, hash);
            if (prefix != null) {
                longest = prefix;
            }
        }
        return longest;
    }

    private static @Nullable Candidate first(
            Candidate[] list, RequestHead head, String host, @Nullable Candidate best) {
        for (Candidate candidate : list) {
            if (best != null && candidate.rank() >= best.rank()) {
                return best;
            }
            if (candidate.holds(head, host)) {
                return candidate;
            }
        }
        return best;
    }
}
