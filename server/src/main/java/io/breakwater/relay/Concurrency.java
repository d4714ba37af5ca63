package io.breakwater.relay;

import io.breakwater.config.AdaptiveConfig;
import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExchangeView;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How many exchanges of a location go on at once. By the location's name, so that counts outlive
/// configurations. Any thread.
final class Concurrency {
    private static final int TIMED_OUT = 504;

    private final ConcurrentHashMap<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Adaptive> limits = new ConcurrentHashMap<>();

    private record Adaptive(AdaptiveConfig config, Gradient limit) {}

    /// Lets an exchange go on, counted until its end, if there is room.
    ///
    /// @param exchange the exchange
    /// @param config its location
    /// @return null when it may go on, else which limit forbids it
    @Nullable ErrorKind admit(Exchange exchange, LocationConfig config) {
        if (config.maxConcurrent() > 0 && !isBelow(exchange, config))
            return ErrorKind.TOO_MANY_REQUESTS;
        AdaptiveConfig adaptive = config.adaptiveConcurrency();
        if (adaptive != null && !isBelow(exchange, config.name(), adaptive))
            return ErrorKind.OVERLOADED;
        return null;
    }

    private boolean isBelow(Exchange exchange, LocationConfig config) {
        AtomicInteger count = counts.computeIfAbsent(config.name(), key -> new AtomicInteger());
        if (count.incrementAndGet() > config.maxConcurrent()) {
            count.decrementAndGet();
            return false;
        }
        exchange.onFinish(count::decrementAndGet);
        return true;
    }

    private boolean isBelow(Exchange exchange, String name, AdaptiveConfig config) {
        Adaptive adaptive = limits.get(name);
        if (adaptive == null || !adaptive.config().equals(config))
            adaptive = limits.compute(name, (key, present) -> matching(present, config));
        Gradient limit = adaptive.limit();
        if (!limit.enter()) return false;
        exchange.onFinish(() -> left(exchange, limit));
        return true;
    }

    private static Adaptive matching(@Nullable Adaptive present, AdaptiveConfig config) {
        return present != null && present.config().equals(config)
                ? present
                : new Adaptive(config, new Gradient(config.min(), config.max(), System.nanoTime()));
    }

    private static void left(Exchange exchange, Gradient limit) {
        List<ExchangeView.Attempt> attempts = exchange.attempts();
        long latency = attempts.isEmpty() ? -1 : attempts.getLast().headerNanos();
        limit.leave(latency, exchange.status() == TIMED_OUT, System.nanoTime());
    }
}
