package io.breakwater.exchange;

/// How the cache treats a location's responses. What it means is the cache's business.
public interface Caching {
    /// The policy's name.
    ///
    /// @return the name
    String name();
}
