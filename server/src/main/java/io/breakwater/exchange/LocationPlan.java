package io.breakwater.exchange;

import io.breakwater.config.LocationConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A location compiled for use: immutable, shared by all exchanges of a snapshot.
///
/// @param config as configured
/// @param weight the effective weight
/// @param requestEdit operations on the upstream request's fields
/// @param responseEdit operations on the response's fields
/// @param rewrite the rewrite rules, null for none
/// @param hostText the upstream's Host; null for `preserve`, and [#HOST_UPSTREAM] for `upstream`
/// @param upstreamText upstream name with captures, null without an upstream
/// @param respond a fixed answer, null for none
/// @param redirectTo target of a redirection, null for none
/// @param cache how responses are cached, null for not at all
public record LocationPlan(
        LocationConfig config,
        int weight,
        HeaderEdit requestEdit,
        HeaderEdit responseEdit,
        @Nullable PathRewrite rewrite,
        @Nullable Text hostText,
        @Nullable Text upstreamText,
        @Nullable FixedAnswer respond,
        @Nullable Text redirectTo,
        @Nullable Caching cache) {
    /// Stands for "the node's own address" in [#hostText].
    public static final Text HOST_UPSTREAM = head -> "";

    /// The same location with another way of caching.
    ///
    /// @param caching how responses are cached, null for not at all
    /// @return this one when it has that way already
    @SuppressWarnings("ReferenceEquality") // compiled once for all locations
    public LocationPlan cachedBy(@Nullable Caching caching) {
        return caching == cache
                ? this
                : new LocationPlan(
                        config,
                        weight,
                        requestEdit,
                        responseEdit,
                        rewrite,
                        hostText,
                        upstreamText,
                        respond,
                        redirectTo,
                        caching);
    }

    /// A compiled fixed answer.
    ///
    /// @param status the status
    /// @param body the body
    /// @param headers fields
    public record FixedAnswer(int status, Text body, Map<String, Text> headers) {}

    /// A match of a request.
    ///
    /// @param location the location
    /// @param captures named captures of host and path patterns
    public record RouteMatch(LocationPlan location, Map<String, String> captures) {}

    /// Finds the location of a request.
    public interface Router {
        /// Finds the location.
        ///
        /// @param head the request
        /// @return the match, null for none
        @Nullable RouteMatch match(RequestHead head);

        /// Every location in the order tried, with why it does not match.
        ///
        /// @param head the request
        /// @return one verdict per location
        List<Verdict> explain(RequestHead head);
    }

    /// One location's verdict.
    ///
    /// @param location the location
    /// @param lost why it does not match or was not needed, null for the winner
    public record Verdict(LocationPlan location, @Nullable String lost) {}
}
