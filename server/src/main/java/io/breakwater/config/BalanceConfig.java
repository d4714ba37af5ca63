package io.breakwater.config;

/// How an upstream chooses among its nodes.
///
/// @param algorithm the algorithm
/// @param hash which consistent hash, for [Algorithm#HASH]
/// @param hashOn what of a request is hashed, for [Algorithm#HASH]
public record BalanceConfig(Algorithm algorithm, Hash hash, HashOn hashOn) {
    /// The algorithms.
    public enum Algorithm {
        /// In turn, smoothly by weight.
        ROUND_ROBIN,
        /// The node with the fewest requests.
        LEAST_REQUESTS,
        /// The node with the least latency times requests.
        PEAK_EWMA,
        /// Of two at random, the one with fewer requests.
        RANDOM_TWO,
        /// Equal requests to the same node.
        HASH
    }

    /// The consistent hashes.
    public enum Hash {
        /// A ring of points.
        KETAMA,
        /// A table.
        MAGLEV
    }

    /// What is hashed.
    ///
    /// @param part which part of the request
    /// @param name the name of the header, cookie or query parameter; empty for the other parts
    public record HashOn(Part part, String name) {}

    /// Parts of a request.
    public enum Part {
        /// The client's address.
        IP,
        /// The host.
        HOST,
        /// The path.
        PATH,
        /// Path and query.
        URI,
        /// A header field.
        HEADER,
        /// A cookie.
        COOKIE,
        /// A query parameter.
        QUERY
    }
}
