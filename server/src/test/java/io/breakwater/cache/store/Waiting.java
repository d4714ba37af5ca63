package io.breakwater.cache.store;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/// Waits for conditions.
final class Waiting {
    private Waiting() {}

    static void until(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }
}
