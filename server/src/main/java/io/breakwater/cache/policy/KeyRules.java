package io.breakwater.cache.policy;

import java.util.List;
import java.util.Set;

/// What of a request makes its cache key.
///
/// @param parts which parts of the URI count
/// @param query which parameters of the query count
/// @param order whether the order of the parameters counts
/// @param queryNames the names that [Query#INCLUDE] and [Query#EXCLUDE] are about, not decoded
/// @param headers names of request fields whose values count
/// @param cookies names of cookies whose values count
public record KeyRules(
        Set<Part> parts,
        Query query,
        Order order,
        Set<String> queryNames,
        List<String> headers,
        List<String> cookies) {
    /// Scheme, host, path and the whole query as it is.
    public static final KeyRules STANDARD =
            new KeyRules(
                    Set.of(Part.SCHEME, Part.HOST, Part.PATH),
                    Query.ALL,
                    Order.KEEP,
                    Set.of(),
                    List.of(),
                    List.of());

    /// Copies the collections.
    public KeyRules {
        parts = Set.copyOf(parts);
        queryNames = Set.copyOf(queryNames);
        headers = List.copyOf(headers);
        cookies = List.copyOf(cookies);
    }

    /// Parts of a URI.
    public enum Part {
        /// The scheme.
        SCHEME,
        /// Host and port.
        HOST,
        /// The path.
        PATH
    }

    /// Which parameters of the query count.
    public enum Query {
        /// All.
        ALL,
        /// None.
        NONE,
        /// Those that are named.
        INCLUDE,
        /// All but those that are named.
        EXCLUDE
    }

    /// Whether the order of parameters counts.
    public enum Order {
        /// It does.
        KEEP,
        /// It does not: they are sorted.
        SORT
    }
}
