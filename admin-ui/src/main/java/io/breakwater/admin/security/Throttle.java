package io.breakwater.admin.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Counts failures by key and makes each further try wait twice as long. Holds a bounded number of
/// keys: when it is full the one unused for longest is forgotten.
final class Throttle {
    private static final int MAX_KEYS = 10_000;
    private static final long FORGET_MILLIS = Duration.ofMinutes(30).toMillis();
    private static final int MAX_DOUBLINGS = 20;

    private final int free;
    private final long maxMillis;
    private final InstantSource clock;

    @GuardedBy("this")
    private final LinkedHashMap<String, Failures> byKey = new LinkedHashMap<>(64, 0.75f, true);

    /// @param free failures without a wait
    /// @param longest the longest wait
    /// @param clock the time
    Throttle(int free, Duration longest, InstantSource clock) {
        this.free = free;
        this.maxMillis = longest.toMillis();
        this.clock = clock;
    }

    /// How long the key has to wait still.
    ///
    /// @return seconds, rounded up, 0 for none
    synchronized long waitSeconds(String key) {
        Failures failures = byKey.get(key);
        if (failures == null) {
            return 0;
        }
        long left = failures.lastMillis() + delayMillis(failures.count()) - clock.millis();
        return left <= 0 ? 0 : (left + 999) / 1000;
    }

    synchronized void failed(String key) {
        long now = clock.millis();
        Failures before = byKey.get(key);
        int count =
                before == null || now - before.lastMillis() > FORGET_MILLIS
                        ? 1
                        : before.count() + 1;
        byKey.put(key, new Failures(count, now));
        if (byKey.size() > MAX_KEYS) {
            Map.Entry<String, Failures> eldest = byKey.firstEntry();
            byKey.remove(eldest.getKey());
        }
    }

    synchronized void succeeded(String key) {
        byKey.remove(key);
    }

    private long delayMillis(int count) {
        if (count < free) {
            return 0;
        }
        int doublings = Math.min(count - free, MAX_DOUBLINGS);
        return Math.min(1000L << doublings, maxMillis);
    }

    private record Failures(int count, long lastMillis) {}
}
