package io.breakwater.cache.policy;

import org.jspecify.annotations.Nullable;

/// What a cache key is made of: the request as admission left it.
public interface KeySource {
    /// The scheme.
    ///
    /// @return `http` or `https`
    String scheme();

    /// The host.
    ///
    /// @return lower case, without port, IPv6 without brackets; may be empty
    String host();

    /// The port of the request's authority.
    ///
    /// @return the port, -1 when none is given
    int port();

    /// The normalised path, percent-encoded.
    ///
    /// @return the path
    String encodedPath();

    /// The query.
    ///
    /// @return without `?`; null when there is no `?`
    @Nullable String query();

    /// The combined value of a field.
    ///
    /// @param name the field's name, any case
    /// @return the value, null when absent
    @Nullable String header(String name);

    /// The value of a cookie.
    ///
    /// @param name the cookie's name
    /// @return the value, null when absent
    @Nullable String cookie(String name);

    /// What else decides who answers, when what counts of the URI does not: the conditions that
    /// chose a location.
    ///
    /// @return a text; empty when the URI decides
    String scope();
}
