package io.breakwater.cache.policy;

import io.breakwater.http.FieldView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which stored responses an unsafe request invalidates (RFC 9111 §4.4).
public final class Invalidation {
    private Invalidation() {}

    /// The URIs whose stored responses must be validated before they are used again.
    ///
    /// @param method the method as sent
    /// @param target the URI of the request
    /// @param status the status of the response
    /// @param response the fields of the response
    /// @return the target and what Location and Content-Location name of the same origin; empty
    ///   after safe methods and errors
    public static List<RequestTarget> of(
            String method, RequestTarget target, int status, FieldView response) {
        if (!RequestFacts.Method.of(method).isUnsafe() || !Statuses.isNonError(status))
            return List.of();
        Set<RequestTarget> targets = new LinkedHashSet<>();
        targets.add(target);
        for (String name : List.of("Location", "Content-Location")) {
            RequestTarget named = target.sameOrigin(response.first(name));
            if (named != null) targets.add(named);
        }
        return List.copyOf(targets);
    }
}
