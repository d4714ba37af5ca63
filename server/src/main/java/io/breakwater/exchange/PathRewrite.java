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
    /// @throws ProxyException of kind `BAD_PATH` when captured text would make dot segments or
    ///   another path that must be refused
    @Nullable Result apply(RequestHead head) throws ProxyException;

    /// A rewritten target.
    ///
    /// @param encodedPath path, percent-encoded, starting with `/`
    /// @param query the rule's own query without the client's, null for none (as in nginx: a
    ///   replacement with `?` brings its own and the client's is appended, a trailing `?` drops the
    ///   client's); [#joined] gives what is sent
    /// @param dropQuery whether the client's query is dropped
    /// @param captures named captures of the rule
    record Result(
            String encodedPath,
            @Nullable String query,
            boolean dropQuery,
            Map<String, String> captures) {
        /// Joins the rule's query and the client's.
        ///
        /// @param clientQuery the client's raw query, null for none
        /// @return the query to send, null for none
        public @Nullable String joined(@Nullable String clientQuery) {
            String kept = dropQuery ? null : clientQuery;
            if (query == null || kept == null) {
                return query == null ? kept : query;
            }
            return query.isEmpty() || kept.isEmpty() ? query + kept : query + "&" + kept;
        }
    }
}
