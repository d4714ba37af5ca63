package io.breakwater.config;

import java.time.Duration;

/// How requests wait when all nodes of an upstream are at their limit.
///
/// @param size how many may wait at once, 0 for none
/// @param timeout how long each may wait
public record QueueConfig(int size, Duration timeout) {}
