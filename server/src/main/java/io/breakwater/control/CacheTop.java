package io.breakwater.control;

import java.util.List;

/// The URLs that caching locations are asked for most, in the last five to ten minutes. The numbers
/// are estimates: of many requests only some are looked at, and what is rare may be missing.
///
/// @param spanSeconds how long it has been counted
/// @param urls most requests first
public record CacheTop(long spanSeconds, List<Url> urls) {
    /// Copies the list.
    public CacheTop {
        urls = List.copyOf(urls);
    }

    /// A URL.
    ///
    /// @param url the URL as keys have it; `*` stands for a part that the policy leaves out
    /// @param requests about how many there were
    /// @param hits those that took no body of their own from an upstream: hit, stale, revalidated
    ///   and collapsed
    /// @param bytes body bytes of the answers
    public record Url(String url, long requests, long hits, long bytes) {}
}
