package io.breakwater.admin.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that goes when told.
public final class ManualClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /// Makes a clock.
    public ManualClock() {}

    /// Goes on.
    ///
    /// @param by how far
    public void advance(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }
}
