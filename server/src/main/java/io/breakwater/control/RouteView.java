package io.breakwater.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer of the route tester.
///
/// @param server the server asked, null when no listener has the URL's port
/// @param location the match, null for none
/// @param weight its weight, 0 for none
/// @param upstreamPath the path and query that the upstream would get, null without an upstream
/// @param upstream the upstream, null for none and for several
/// @param split the upstreams that share the requests, empty without a split
/// @param mirror the upstream that gets copies, null for none
/// @param action `proxy`, `respond`, `redirect` or `not-found`
/// @param captures variables captured on the way
/// @param candidates all locations of the server in the order they are tried
public record RouteView(
        @Nullable String server,
        @Nullable String location,
        int weight,
        @Nullable String upstreamPath,
        @Nullable String upstream,
        List<Share> split,
        @Nullable String mirror,
        String action,
        Map<String, String> captures,
        List<Candidate> candidates) {
    /// One upstream of a split.
    ///
    /// @param upstream its name
    /// @param weight its share, 0 for none
    public record Share(String upstream, int weight) {}

    /// One location that was considered.
    ///
    /// @param location its name
    /// @param weight its weight
    /// @param matched whether it matches
    /// @param reason why it lost, or `matches`
    public record Candidate(String location, int weight, boolean matched, String reason) {}
}
