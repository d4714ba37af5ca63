package io.breakwater.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// The system's clock, put forward by a test.
public final class ShiftedClock implements InstantSource {
    private final AtomicReference<Duration> shift = new AtomicReference<>(Duration.ZERO);

    /// Makes a clock that is right.
    public ShiftedClock() {}

    /// Puts it forward.
    ///
    /// @param by how far
    public void forward(Duration by) {
        shift.updateAndGet(by::plus);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(shift.get());
    }
}
