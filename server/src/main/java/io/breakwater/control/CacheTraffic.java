package io.breakwater.control;

import java.util.Map;

/// What the cache did for requests since the start. Results are `hit`, `stale`, `revalidated`,
/// `collapsed`, `expired`, `miss` and `bypass`, as in the access log.
///
/// @param requests all requests of locations that cache
/// @param hitRatio the part of them, without those that bypass, that took no body of their own from
///   an upstream: hit, stale, revalidated and collapsed; 0 to 1
/// @param asked the requests that the ratio is of: all but those that bypass
/// @param answered those that took no body of their own from an upstream
/// @param results requests by result
/// @param reasons for each result, requests by reason
/// @param bytes body bytes of the answers by result
/// @param bytesSaved body bytes of answers that took none from an upstream
/// @param bytesSent body bytes of all answers
/// @param bytesFetched body bytes that fetches brought
/// @param fillsBegun fetches
/// @param fillsOpen fetches on their way
/// @param fills what became of fetches
/// @param refusals responses that were not stored, by reason
public record CacheTraffic(
        long requests,
        double hitRatio,
        long asked,
        long answered,
        Map<String, Long> results,
        Map<String, Map<String, Long>> reasons,
        Map<String, Long> bytes,
        long bytesSaved,
        long bytesSent,
        long bytesFetched,
        long fillsBegun,
        long fillsOpen,
        Map<String, Long> fills,
        Map<String, Long> refusals) {
    /// Copies the maps.
    public CacheTraffic {
        results = Map.copyOf(results);
        reasons = Map.copyOf(reasons);
        bytes = Map.copyOf(bytes);
        fills = Map.copyOf(fills);
        refusals = Map.copyOf(refusals);
    }

    /// How many requests had a result.
    ///
    /// @param name the result
    /// @return 0 or more
    public long result(String name) {
        return results.getOrDefault(name, 0L);
    }
}
