package io.breakwater.exchange;

/// An upstream as a snapshot refers to it; the upstream phase knows what it really is.
public interface Upstream {
    /// The upstream's name.
    ///
    /// @return the name
    String name();
}
