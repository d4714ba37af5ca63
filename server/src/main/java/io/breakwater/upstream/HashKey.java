package io.breakwater.upstream;

import io.breakwater.config.BalanceConfig;
import io.breakwater.exchange.Exchange;
import io.breakwater.upstream.balance.Hashing;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// What of an exchange a consistent hash goes by.
final class HashKey {
    private HashKey() {}

    /// Hashes the configured part.
    ///
    /// @return a random number when the request does not have it, so that such requests do not all
    ///   meet at one node
    static long of(BalanceConfig.HashOn on, Exchange exchange) {
        String text = text(on, exchange);
        return text == null ? ThreadLocalRandom.current().nextLong() : Hashing.of(text);
    }

    private static @Nullable String text(BalanceConfig.HashOn on, Exchange exchange) {
        return switch (on.part()) {
            case IP -> exchange.clientIp();
            case HOST -> exchange.host();
            case PATH -> exchange.path();
            case URI -> exchange.uri();
            case HEADER -> exchange.header(on.name());
            case COOKIE -> exchange.cookie(on.name());
            case QUERY -> exchange.argument(on.name());
        };
    }
}
