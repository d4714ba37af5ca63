package io.breakwater.config;

import java.util.List;

/// What tells stored responses apart.
///
/// @param scheme whether http and https are told apart
/// @param host whether hosts are told apart
/// @param path whether paths are told apart
/// @param query which parameters of the query count
/// @param queryNames the parameters that `include` and `exclude` are about
/// @param sort whether the order of parameters does not matter
/// @param headers names of request fields whose values count
/// @param cookies names of cookies whose values count
public record CacheKeyConfig(
        boolean scheme,
        boolean host,
        boolean path,
        Query query,
        List<String> queryNames,
        boolean sort,
        List<String> headers,
        List<String> cookies) {
    /// Copies the lists.
    public CacheKeyConfig {
        queryNames = List.copyOf(queryNames);
        headers = List.copyOf(headers);
        cookies = List.copyOf(cookies);
    }

    /// Which parameters of a query count.
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
}
