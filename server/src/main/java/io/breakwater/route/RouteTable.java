package io.breakwater.route;

import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.LocationPlan.RouteMatch;
import io.breakwater.exchange.LocationPlan.Verdict;
import io.breakwater.exchange.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the location of a request. The answer is always that of trying all locations one by one,
/// heavier first, then those with more conditions, then by name; yet the cost does not grow with
/// their number, as long as their paths are exact or prefixes and their hosts no expressions.
///
/// Locations are indexed by host (exact, wildcard, any) and under each host by path, see
/// `PathIndex`. A request asks the index of its host, those of the wildcards above it, and the one
/// for any host; each either has a candidate that would have been tried before the best one so far,
/// or is left at once. Expressions come last, in order, while they could still win.
public final class RouteTable implements LocationPlan.Router {
    private final List<Candidate> ordered;
    private final @Nullable RegionTable<PathIndex> hosts;
    private final @Nullable RegionTable<PathIndex> parents;
    private final PathIndex anyHost;

    private RouteTable(List<LocationPlan> plans) {
        ordered = Candidate.ordered(plans);
        Map<String, PathIndex.Builder> exact = new HashMap<>();
        Map<String, PathIndex.Builder> wildcards = new HashMap<>();
        PathIndex.Builder any = new PathIndex.Builder();
        for (Candidate candidate : ordered) {
            if (candidate.isEnabled()) {
                HostPatterns patterns = candidate.hosts();
                patterns.exact()
                        .forEach(host ->
                                exact.computeIfAbsent(host, key -> new PathIndex.Builder())
                                        .add(candidate));
                patterns.suffixes()
                        .forEach(host ->
                                wildcards
                                        .computeIfAbsent(host, key -> new PathIndex.Builder())
                                        .add(candidate));
                if (patterns.isAny() || !patterns.regexes().isEmpty()) {
                    any.add(candidate);
                }
            }
        }
        hosts = exact.isEmpty() ? null : new RegionTable<>(built(exact), String::hashCode);
        parents =
                wildcards.isEmpty()
                        ? null
                        : new RegionTable<>(built(wildcards), RouteTable::backwards);
        anyHost = any.build("");
    }

    /// Makes the table.
    ///
    /// @param locations compiled locations, in any order; disabled ones only show in [#explain]
    /// @return the table, safe for any number of threads
    /// @throws IllegalArgumentException when a pattern cannot be compiled, which
    ///   [LocationCompiler#compile] rules out
    public static RouteTable of(List<LocationPlan> locations) {
        return new RouteTable(locations);
    }

    private static List<PathIndex> built(Map<String, PathIndex.Builder> builders) {
        List<PathIndex> indexes = new ArrayList<>(builders.size());
        builders.forEach((host, builder) -> indexes.add(builder.build(host)));
        return indexes;
    }

    /// The hash of a host from its end on, so that going back from dot to dot hashes each parent.
    private static int backwards(String host) {
        int hash = 0;
        for (int i = host.length() - 1; i >= 0; i--) {
            hash = 31 * hash + host.charAt(i);
        }
        return hash;
    }

    @Override
    public @Nullable RouteMatch match(RequestHead head) {
        String host = host(head);
        PathIndex own = hosts == null ? null : hosts.find(host, 0, host.length(), host.hashCode());
        Candidate best = own == null ? null : own.direct(head, host, null);
        if (parents != null) {
            best = wildcards(parents, head, host, best, false);
        }
        best = anyHost.direct(head, host, best);
        if (own != null) {
            best = own.expressions(head, host, best);
        }
        if (parents != null) {
            best = wildcards(parents, head, host, best, true);
        }
        best = anyHost.expressions(head, host, best);
        return best == null ? null : best.match(head, host);
    }

    private static @Nullable Candidate wildcards(
            RegionTable<PathIndex> parents,
            RequestHead head,
            String host,
            @Nullable Candidate best,
            boolean expressions) {
        Candidate found = best;
        int hash = 0;
        // The first label is never asked for: *.example.com needs something before the dot.
        for (int i = host.length() - 1; i > 0; i--) {
            char c = host.charAt(i);
            if (c == '.') {
                PathIndex index = parents.find(host, i + 1, host.length() - i - 1, hash);
                if (index != null) {
                    found =
                            expressions
                                    ? index.expressions(head, host, found)
                                    : index.direct(head, host, found);
                }
            }
            hash = 31 * hash + c;
        }
        return found;
    }

    @Override
    public List<Verdict> explain(RequestHead head) {
        String host = host(head);
        List<Verdict> verdicts = new ArrayList<>(ordered.size());
        boolean found = false;
        for (Candidate candidate : ordered) {
            String lost = candidate.lost(head, host);
            if (lost == null && found) {
                lost = "a heavier location matched";
            }
            found |= lost == null;
            verdicts.add(new Verdict(candidate.plan(), lost));
        }
        return verdicts;
    }

    private static String host(RequestHead head) {
        String host = head.host();
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
