package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import java.util.ArrayList;
import java.util.Collection;
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
final class PathIndex extends RegionTable.Keyed {
    private static final Candidate[] NONE = {};
    private static final int FEW = 4;

    private final @Nullable RegionTable<Same> exact;
    private final @Nullable RegionTable<Same> prefixes;
    private final int[] lengths;
    private final Candidate[] any;
    private final Candidate[] expressions;

    /// All but the expressions, where they are so few that trying them is the quicker way.
    private final Candidate @Nullable [] few;

    /// Those who have the same path or prefix. Most often there is one.
    private static final class Same extends RegionTable.Keyed {
        private final Candidate first;
        private final Candidate[] others;

        /// For a prefix, the next shorter one that begins it.
        private final @Nullable Same shorter;

        /// The best place in the order, here or at a shorter prefix.
        private final int bestRank;

        Same(char[] path, List<Candidate> candidates, @Nullable Same shorter) {
            super(path);
            first = candidates.getFirst();
            others = array(candidates.subList(1, candidates.size()));
            this.shorter = shorter;
            bestRank = shorter == null ? first.rank() : Math.min(first.rank(), shorter.bestRank);
        }

        @Nullable Candidate better(RequestHead head, String host, @Nullable Candidate best) {
            if (best != null && first.rank() >= best.rank()) {
                return best;
            }
            return first.holds(head, host) ? first : first(others, head, host, best);
        }
    }

    /// Collects candidates in the order tried.
    static final class Builder {
        private final Map<String, List<Candidate>> exact = new HashMap<>();
        private final Map<String, List<Candidate>> prefixes = new TreeMap<>();
        private final List<Candidate> any = new ArrayList<>();
        private final List<Candidate> expressions = new ArrayList<>();
        private final List<Candidate> direct = new ArrayList<>();

        /// Adds a candidate that is tried after all before it.
        @SuppressWarnings("ReferenceEquality") // one of these very lists
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
            if (list != expressions) {
                direct.add(candidate);
            }
        }

        /// Builds the index.
        ///
        /// @param host its key
        PathIndex build(String host) {
            return new PathIndex(host.toCharArray(), this);
        }
    }

    private PathIndex(char[] host, Builder builder) {
        super(host);
        few = builder.direct.size() <= FEW ? array(builder.direct) : null;
        exact =
                builder.exact.isEmpty()
                        ? null
                        : new RegionTable<>(same(builder.exact), String::hashCode);
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

    private static List<Same> same(Map<String, List<Candidate>> lists) {
        List<Same> same = new ArrayList<>(lists.size());
        lists.forEach((path, list) -> same.add(new Same(path.toCharArray(), list, null)));
        return same;
    }

    /// Links each prefix to the next shorter one. In the order of texts a prefix comes before all
    /// that it begins, so those that may begin the current one form a stack.
    private static Collection<Same> linked(Map<String, List<Candidate>> sorted) {
        Map<String, Same> linked = new HashMap<>(sorted.size() * 2);
        List<String> open = new ArrayList<>();
        sorted.forEach((path, list) -> {
            while (!open.isEmpty() && !path.startsWith(open.getLast())) {
                open.removeLast();
            }
            Same shorter = open.isEmpty() ? null : linked.get(open.getLast());
            linked.put(path, new Same(path.toCharArray(), list, shorter));
            open.add(path);
        });
        return linked.values();
    }

    /// Looks for a better candidate among all but the expressions.
    ///
    /// @param best the best so far, null for none
    /// @return the better one
    @Nullable Candidate direct(RequestHead head, String host, @Nullable Candidate best) {
        if (few != null) {
            return scan(few, head, host, best);
        }
        Candidate found = best;
        String path = head.path();
        Same same = exact == null ? null : exact.find(path, 0, path.length(), path.hashCode());
        if (same != null) {
            found = same.better(head, host, found);
        }
        for (Same prefix = longest(path); prefix != null; prefix = prefix.shorter) {
            if (found != null && prefix.bestRank >= found.rank()) {
                break;
            }
            found = prefix.better(head, host, found);
        }
        return first(any, head, host, found);
    }

    /// Looks for a better candidate among the expressions.
    ///
    /// @param best the best so far, null for none
    /// @return the better one
    @Nullable Candidate expressions(RequestHead head, String host, @Nullable Candidate best) {
        return scan(expressions, head, host, best);
    }

    private static @Nullable Candidate scan(
            Candidate[] list, RequestHead head, String host, @Nullable Candidate best) {
        for (Candidate candidate : list) {
            if (best != null && candidate.rank() >= best.rank()) {
                return best;
            }
            if (candidate.path().matches(head.path()) && candidate.holds(head, host)) {
                return candidate;
            }
        }
        return best;
    }

    private @Nullable Same longest(String path) {
        if (prefixes == null) {
            return null;
        }
        Same longest = null;
        int hash = 0;
        int at = 0;
        for (int length : lengths) {
            if (length > path.length()) {
                break;
            }
            for (; at < length; at++) {
                hash = 31 * hash + path.charAt(at);
            }
            Same prefix = prefixes.find(path, 0, length, hash);
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
