package io.breakwater.acme;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait after orders that failed: three times longer each time, so that the limits of
/// public authorities (five failures an hour) are kept. A fifth at the most is added at random, so
/// that many who failed at once do not come back at once.
///
/// @param first after the first failure
/// @param most at the most, before what is added
/// @param random adds
public record Backoff(Duration first, Duration most, RandomGenerator random) {
    private static final int FACTOR = 3;

    /// A minute first, six hours at the most.
    ///
    /// @return for public authorities
    public static Backoff usual() {
        return new Backoff(
                Duration.ofMinutes(1), Duration.ofHours(6), RandomGenerator.getDefault());
    }

    /// How long to wait.
    ///
    /// @param failures in a row, 1 or more
    Duration after(int failures) {
        Duration wait = first;
        for (int i = 1; i < failures && wait.compareTo(most) < 0; i++)
            wait = wait.multipliedBy(FACTOR);
        if (wait.compareTo(most) > 0) wait = most;
        return wait.plusMillis((long) (wait.toMillis() * random.nextDouble() / 5));
    }
}
