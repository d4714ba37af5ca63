package io.breakwater.cache.fill;

import io.breakwater.exchange.ErrorKind;

/// Somebody who waits for the head of a response on its way.
///
/// @param <H> the heads
public interface Guest<H> {
    /// The head is there. Within the call the guest may begin to read.
    ///
    /// @param fill what is on its way, with a head now
    void arrived(Fill<H> fill);

    /// There will be no head.
    ///
    /// @param kind why
    void failed(ErrorKind kind);
}
