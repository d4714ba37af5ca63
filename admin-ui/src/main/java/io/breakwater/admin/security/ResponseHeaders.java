package io.breakwater.admin.security;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// Headers that every answer of the console carries unless a servlet sets its own.
final class ResponseHeaders {
    /// No script, style or connection but the console's own; nobody may frame it.
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; "
                    + "frame-ancestors 'none'; base-uri 'none'";

    private ResponseHeaders() {}

    static void addTo(HttpFields.Mutable fields) {
        fields.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        fields.put("X-Content-Type-Options", "nosniff");
        // Not no-referrer: with it browsers send "Origin: null" with forms, and the guard would
        // refuse them.
        fields.put("Referrer-Policy", "same-origin");
        fields.put("Cross-Origin-Opener-Policy", "same-origin");
        fields.put("Cross-Origin-Resource-Policy", "same-origin");
        fields.put(HttpHeader.CACHE_CONTROL, "no-store");
    }
}
