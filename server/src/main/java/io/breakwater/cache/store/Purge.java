package io.breakwater.cache.store;

import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/// A purge that is in force.
///
/// @param sequence its place in the order of tickets and purges: it covers what is older
/// @param affected completed with the number of objects that it was about, when it is carried out
///   in every file; never fails, but does not complete when the store is closed before
/// @param soFar how many objects were found so far; any thread
public record Purge(long sequence, CompletionStage<Long> affected, LongSupplier soFar) {}
