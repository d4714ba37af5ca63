package io.breakwater.upstream.balance;

import org.jspecify.annotations.Nullable;

/// Chooses one of a fixed list of targets. Any thread.
///
/// @param <T> what is chosen among
@FunctionalInterface
public interface Balancer<T extends Target> {
    /// Chooses.
    ///
    /// @param wish what the exchange allows
    /// @return null when it allows none
    @Nullable T pick(Wish<? super T> wish);
}
