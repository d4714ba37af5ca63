package io.breakwater.upstream;

import java.util.concurrent.atomic.AtomicLong;

/// How many further attempts an upstream may still make: each request pays in a part of one, each
/// further attempt takes one out ("retry budget", Finagle). When everything fails, the attempts
/// stay that part above the requests; a saved-up rest covers the moment in which one node fails. A
/// few a second are free, so that an upstream with little traffic has retries at all.
final class RetryBudget {
    private static final long ONE = 1000;
    private static final long MOST = 100 * ONE;
    private static final long FIRST = 10 * ONE;
    private static final double FREE_PER_NANO = 2 * ONE / 1e9;

    private final long part;
    private final AtomicLong balance = new AtomicLong(FIRST);
    private final AtomicLong creditedNanos = new AtomicLong(System.nanoTime());

    /// Makes a budget.
    ///
    /// @param percent of the requests, 0 to 100; 0 allows none at all
    RetryBudget(int percent) {
        this.part = percent * ONE / 100;
    }

    /// A request was made.
    void request() {
        if (balance.get() < MOST) balance.addAndGet(part);
    }

    /// Takes an attempt out.
    ///
    /// @return false when there is none left
    boolean take() {
        if (part == 0) return false;
        creditTime();
        while (true) {
            long present = balance.get();
            if (present < ONE) return false;
            if (balance.compareAndSet(present, Math.min(present, MOST) - ONE)) return true;
        }
    }

    private void creditTime() {
        long now = System.nanoTime();
        long before = creditedNanos.get();
        long earned = (long) ((now - before) * FREE_PER_NANO);
        if (earned > 0 && creditedNanos.compareAndSet(before, now))
            balance.addAndGet(Math.min(earned, FIRST));
    }
}
