package io.breakwater.exchange;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiled rewrite rules. The first rule that matches wins.
@FunctionalInterface
public interface PathRewrite {
    /// Rewrites a decoded path.
    ///
    /// @param head the request
    /// @return the new target, null when no rule matches
    @Nullable Result apply(RequestHead head);

    /// A rewritten target.
    ///
    /// @param encodedPath path, percent-encoded, starting with `/`
    /// @param query new query, null to keep the client's (as in nginx: a replacement with `?`
    ///   brings its own and the client's is appended, a trailing `?` drops the client's)
    /// @param dropQuery whether the client's query is dropped
    /// @param captures named captures of the rule
    record Result(
            String encodedPath,
            @Nullable String query,
            boolean dropQuery,
            Map<String, String> captures) {}
}
