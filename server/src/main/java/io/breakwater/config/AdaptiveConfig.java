package io.breakwater.config;

/// A limit of requests at once that finds itself.
///
/// @param min where it never falls below
/// @param max where it never rises above
public record AdaptiveConfig(int min, int max) {}
