package io.breakwater.exchange;

/// Where a finished exchange is written.
@FunctionalInterface
public interface RequestLog {
    /// Writes nothing.
    RequestLog NONE = exchange -> {};

    /// Takes all it needs before it returns; never blocks.
    ///
    /// @param exchange the finished exchange
    void log(ExchangeView exchange);
}
