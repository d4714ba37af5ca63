package io.breakwater.config;

import org.jspecify.annotations.Nullable;

/// A condition on a request, of a cache policy.
///
/// @param on what is looked at
/// @param name the field's, cookie's, parameter's or variable's name; empty for the path
/// @param value the value that it has, `~` and a regular expression that its value matches, or null
///   when it has only to be there. Of a path: `=/exact`, `/prefix` or `~regex`
public record CacheCondition(On on, String name, @Nullable String value) {
    /// What a condition looks at.
    public enum On {
        /// A field of the request.
        HEADER,
        /// A cookie.
        COOKIE,
        /// A parameter of the query.
        QUERY,
        /// The path, normalised and decoded.
        PATH,
        /// A variable. It is there when it has a value that is not empty.
        VARIABLE
    }
}
