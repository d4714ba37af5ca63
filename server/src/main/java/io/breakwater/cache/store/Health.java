package io.breakwater.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a file may be written to. After three failures in a row it is suspended for a second;
/// then one attempt is let through, and each that fails doubles the time, up to a minute. Any
/// thread.
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final int MOST_FAILURES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PAUSE = Duration.ofMinutes(1);

    private final String name;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean suspended;

    @GuardedBy("lock")
    private int failures;

    @GuardedBy("lock")
    private Duration pause = FIRST_PAUSE;

    @GuardedBy("lock")
    private Instant nextTry = Instant.MIN;

    /// Whether an attempt was let through since the last one failed: what had begun before says
    /// nothing new.
    @GuardedBy("lock")
    private boolean trying;

    @GuardedBy("lock")
    private @Nullable String reason;

    @GuardedBy("lock")
    private long suspensions;

    Health(String name, InstantSource clock) {
        this.name = name;
        this.clock = clock;
    }

    /// Whether something may be tried now. While suspended, one caller is told yes each time that
    /// the pause has passed.
    boolean allows() {
        if (!suspended) return true;
        lock.lock();
        try {
            Instant now = clock.instant();
            if (now.isBefore(nextTry)) return false;
            nextTry = now.plus(pause);
            trying = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isSuspended() {
        return suspended;
    }

    void succeeded() {
        lock.lock();
        try {
            if (suspended) LOG.info("{}: in use again", name);
            suspended = false;
            trying = false;
            failures = 0;
            pause = FIRST_PAUSE;
            reason = null;
        } finally {
            lock.unlock();
        }
    }

    void failed(String why) {
        fail(why, MOST_FAILURES);
    }

    /// Suspends at once.
    void suspend(String why) {
        fail(why, 1);
    }

    private void fail(String why, int most) {
        lock.lock();
        try {
            failures++;
            reason = why;
            if (failures < most) {
                LOG.warn("{}: {}", name, why);
                return;
            }
            if (suspended && !trying) return;
            trying = false;
            if (suspended) {
                pause = pause.multipliedBy(2);
                if (pause.compareTo(LAST_PAUSE) > 0) pause = LAST_PAUSE;
            } else {
                suspensions++;
                LOG.error("{}: {}; nothing is stored in it until that is over", name, why);
            }
            suspended = true;
            nextTry = clock.instant().plus(pause);
        } finally {
            lock.unlock();
        }
    }

    /// Why the file is suspended.
    ///
    /// @return null when it is not
    @Nullable String suspended() {
        lock.lock();
        try {
            return suspended ? reason : null;
        } finally {
            lock.unlock();
        }
    }

    long suspensions() {
        lock.lock();
        try {
            return suspensions;
        } finally {
            lock.unlock();
        }
    }
}
