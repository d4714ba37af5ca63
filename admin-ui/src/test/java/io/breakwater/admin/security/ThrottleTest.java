package io.breakwater.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.admin.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The delays and their bounds.
class ThrottleTest {
    private final ManualClock clock = new ManualClock();
    private final Throttle throttle = new Throttle(2, Duration.ofSeconds(30), clock);

    @Test
    void doublesTheDelayUpToTheLongest() {
        long[] expected = {0, 1, 2, 4, 8, 16, 30, 30};
        for (long seconds : expected) {
            throttle.failed("a");
            assertThat(throttle.waitSeconds("a")).isEqualTo(seconds);
        }
        assertThat(throttle.waitSeconds("b")).isZero();
        clock.advance(Duration.ofMillis(29_500));
        assertThat(throttle.waitSeconds("a")).isEqualTo(1);
        clock.advance(Duration.ofMillis(500));
        assertThat(throttle.waitSeconds("a")).isZero();
    }

    @Test
    void forgetsAfterSuccessAndAfterHalfAnHour() {
        throttle.failed("a");
        throttle.failed("a");
        throttle.succeeded("a");
        assertThat(throttle.waitSeconds("a")).isZero();
        throttle.failed("b");
        clock.advance(Duration.ofMinutes(31));
        throttle.failed("b");
        assertThat(throttle.waitSeconds("b")).isZero();
    }

    @Test
    void holdsABoundedNumberOfKeys() {
        throttle.failed("first");
        throttle.failed("first");
        for (int i = 0; i < 9_999; i++) {
            throttle.failed("key" + i);
        }
        assertThat(throttle.waitSeconds("first")).isEqualTo(1);
        for (int i = 0; i < 10_000; i++) {
            throttle.failed("other" + i);
        }
        assertThat(throttle.waitSeconds("first")).isZero();
    }
}
