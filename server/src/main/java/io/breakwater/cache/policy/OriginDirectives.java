package io.breakwater.cache.policy;

import io.breakwater.cache.policy.CacheRules.Directives;
import io.breakwater.http.CacheControl;
import io.breakwater.http.FieldView;

/// The directives of a response that count for this cache.
///
/// @param control the directives
/// @param source where they stand
public record OriginDirectives(CacheControl control, Source source) {
    private static final OriginDirectives IGNORED =
            new OriginDirectives(CacheControl.NONE, Source.IGNORED);

    /// Where directives stand.
    public enum Source {
        /// CDN-Cache-Control (RFC 9213).
        TARGETED,
        /// Surrogate-Control.
        SURROGATE,
        /// Cache-Control, and Expires beside it.
        STANDARD,
        /// The policy ignores them.
        IGNORED
    }

    /// Reads a response.
    ///
    /// @param response the fields
    /// @param rules the rules, which may ignore directives of responses
    /// @return the directives; [CacheControl#NONE] when there are none
    public static OriginDirectives of(FieldView response, CacheRules rules) {
        if (rules.originDirectives() == Directives.IGNORE) return IGNORED;
        // RFC 9213 §2.2: a valid targeted field that is not empty replaces Cache-Control and
        // Expires
        CacheControl targeted = CacheControl.ofTargeted(response.combined("CDN-Cache-Control"));
        if (targeted != null) return new OriginDirectives(targeted, Source.TARGETED);
        CacheControl surrogate = CacheControl.ofSurrogate(response.combined("Surrogate-Control"));
        if (surrogate != null) return new OriginDirectives(surrogate, Source.SURROGATE);
        return new OriginDirectives(CacheControl.of(response), Source.STANDARD);
    }

    /// Whether the response may be stored although its request was authorized (RFC 9111 §3.5).
    ///
    /// @return true for public, must-revalidate and s-maxage
    public boolean allowsAuthorized() {
        return control.hasAny(CacheControl.PUBLIC | CacheControl.MUST_REVALIDATE)
                || control.sharedMaxAgeSeconds() != CacheControl.ABSENT;
    }
}
