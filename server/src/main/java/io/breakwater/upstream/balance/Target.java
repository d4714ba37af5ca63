package io.breakwater.upstream.balance;

/// What can be chosen. All reads are racy by design: a pick by figures of a moment ago is as good.
public interface Target {
    /// Its share of the requests.
    ///
    /// @return 1 or more
    int weight();

    /// Requests on it now.
    ///
    /// @return 0 or more
    int inFlight();

    /// How long it takes to answer, lately.
    ///
    /// @return nanoseconds, 0 when not known
    double latencyNanos();

    /// What a consistent hash knows it by.
    ///
    /// @return the same text as long as it is the same node, such as `host:port`
    String key();
}
