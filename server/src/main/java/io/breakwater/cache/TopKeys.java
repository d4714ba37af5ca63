package io.breakwater.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Which URLs are asked for most, lately. Any thread.
///
/// Two windows of five minutes each are kept, the one that runs and the one before, each with a
/// bounded number of URLs ("Space-Saving": a new URL takes the place of the one that came least,
/// and inherits its rank, but not its counts). Of many requests only some are looked at, and each
/// of these stands for all: every one while there are few, one in 64 at most.
public final class TopKeys {
    /// URLs of a window.
    static final int KEPT = 512;

    /// Longer ones are not counted, which bounds the memory.
    static final int LONGEST = 8192;

    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Looked at in a second before one request stands for more.
    private static final int MOST_A_SECOND = 512;

    private static final int WIDEST = 63;

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();

    /// Of the bits of a random number, those that must be zero. Racy: one second's choice more or
    /// less does no harm.
    private volatile int mask;

    @GuardedBy("lock")
    private Map<String, Count> current = new HashMap<>();

    @GuardedBy("lock")
    private Map<String, Count> before = Map.of();

    @GuardedBy("lock")
    private long windowBegan;

    @GuardedBy("lock")
    private long beforeBegan;

    @GuardedBy("lock")
    private long secondBegan;

    @GuardedBy("lock")
    private int taken;

    /// Counts nothing yet.
    ///
    /// @param nanos the time, as of [System#nanoTime]
    TopKeys(LongSupplier nanos) {
        this.nanos = nanos;
        windowBegan = nanos.getAsLong();
        beforeBegan = windowBegan;
        secondBegan = windowBegan;
    }

    /// What is known of a URL.
    ///
    /// @param url as keys have it
    /// @param requests about how many there were
    /// @param hits those of them that took no body of their own from an upstream
    /// @param bytes body bytes of the answers
    public record Top(String url, long requests, long hits, long bytes) {}

    /// What was asked for most.
    ///
    /// @param spanSeconds since when it is counted
    /// @param urls most requests first
    public record Lately(long spanSeconds, List<Top> urls) {
        /// Copies the list.
        public Lately {
            urls = List.copyOf(urls);
        }
    }

    /// Whether to look at a request.
    ///
    /// @return how many requests it stands for, 0 when it is left out
    int weight() {
        int present = mask;
        return (ThreadLocalRandom.current().nextInt() & present) == 0 ? present + 1 : 0;
    }

    /// Counts a request.
    ///
    /// @param url as keys have it
    /// @param weight from [#weight]
    /// @param hit whether it took no body of its own from an upstream
    /// @param bytes of the answer's body
    void count(String url, int weight, boolean hit, long bytes) {
        if (url.length() > LONGEST) return;
        // Nobody waits: who comes at the same time is left out like others are.
        if (!lock.tryLock()) return;
        try {
            long now = nanos.getAsLong();
            pace(now);
            turn(now);
            Count count = current.get(url);
            if (count == null) {
                count = enter();
                current.put(url, count);
            }
            count.rank += weight;
            count.requests += weight;
            count.bytes += weight * bytes;
            if (hit) count.hits += weight;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void pace(long now) {
        if (now - secondBegan >= SECOND_NANOS) {
            if (taken < MOST_A_SECOND / 4) mask >>= 1;
            secondBegan = now;
            taken = 0;
        } else if (taken >= MOST_A_SECOND) {
            mask = Math.min(WIDEST, mask << 1 | 1);
            taken = 0;
        }
        taken++;
    }

    @GuardedBy("lock")
    private void turn(long now) {
        long ran = now - windowBegan;
        if (ran < WINDOW_NANOS) return;
        boolean follows = ran < 2 * WINDOW_NANOS;
        before = follows ? current : Map.of();
        beforeBegan = follows ? windowBegan : now;
        current = new HashMap<>();
        windowBegan = now;
    }

    /// A new count, in the place of the one with the lowest rank when there is no other.
    @GuardedBy("lock")
    private Count enter() {
        Count count = new Count();
        if (current.size() < KEPT) return count;
        Map.Entry<String, Count> least = null;
        for (Map.Entry<String, Count> each : current.entrySet())
            if (least == null || each.getValue().rank < least.getValue().rank) least = each;
        if (least == null) return count;
        count.rank = least.getValue().rank;
        current.remove(least.getKey());
        return count;
    }

    /// What was asked for most in the last five to ten minutes.
    ///
    /// @param limit how many at the most
    /// @return those that were counted
    public Lately lately(int limit) {
        Map<String, Count> sums = new HashMap<>();
        long span;
        lock.lock();
        try {
            long now = nanos.getAsLong();
            turn(now);
            span = now - beforeBegan;
            for (Map<String, Count> window : List.of(before, current))
                window.forEach(
                        (url, count) -> sums.computeIfAbsent(url, _ -> new Count()).add(count));
        } finally {
            lock.unlock();
        }
        List<Top> all = new ArrayList<>();
        sums.forEach((url, sum) -> all.add(new Top(url, sum.requests, sum.hits, sum.bytes)));
        all.sort(Comparator.comparingLong(Top::requests).reversed().thenComparing(Top::url));
        return new Lately(
                TimeUnit.NANOSECONDS.toSeconds(span), all.subList(0, Math.min(limit, all.size())));
    }

    private static final class Count {
        /// What it is kept by: with what it inherited.
        private long rank;

        private long requests;
        private long hits;
        private long bytes;

        private void add(Count other) {
            requests += other.requests;
            hits += other.hits;
            bytes += other.bytes;
        }
    }
}
