package io.breakwater.upstream.balance;

/// What one exchange wants of a pick.
///
/// @param <T> what is chosen among
public interface Wish<T> {
    /// Whether a target may be chosen.
    ///
    /// @param target the target
    /// @return false to have it passed over
    boolean allows(T target);

    /// What a consistent hash goes by.
    ///
    /// @return equal for exchanges that belong together
    long hash();
}
