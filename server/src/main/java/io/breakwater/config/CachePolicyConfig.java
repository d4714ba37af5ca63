package io.breakwater.config;

/// What is stored and for how long.
///
/// @param name the object's name
/// @param enabled whether it is used
/// @param note free text
/// @param maxObjectSize bytes of one stored response
public record CachePolicyConfig(String name, boolean enabled, String note, long maxObjectSize) {}
