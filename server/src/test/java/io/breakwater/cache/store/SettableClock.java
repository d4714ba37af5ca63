package io.breakwater.cache.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that goes when it is told to.
final class SettableClock implements InstantSource {
    private volatile Instant now = Instant.now();

    @Override
    public Instant instant() {
        return now;
    }

    void forward(Duration time) {
        now = now.plus(time);
    }
}
