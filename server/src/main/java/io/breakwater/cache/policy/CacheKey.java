package io.breakwater.cache.policy;

/// The key of a stored response.
///
/// @param high first half of the hash of the text
/// @param low second half
/// @param text the canonical text, ASCII: see [KeyText]. Responses are told apart by it; the hash
///   only finds them
public record CacheKey(long high, long low, String text) {}
