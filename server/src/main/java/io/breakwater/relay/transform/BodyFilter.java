package io.breakwater.relay.transform;

import io.breakwater.config.LocationConfig.Transform;
import io.breakwater.upstream.transport.IncomingResponse;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet.ContentTransformer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/// Decides whether a response's body is changed and by what.
final class BodyFilter {
    private BodyFilter() {}

    /// The transformer of a response.
    ///
    /// @param transform the location's filter, null for none
    /// @param response the node's
    /// @return the transformer; null to leave the body as it is
    static @Nullable ContentTransformer of(
            @Nullable Transform transform, IncomingResponse response) {
        if (transform == null) return null;
        HttpFields fields = response.fields();
        // A coded body is left alone: its bytes are not text. Partial content would be cut at other
        // places.
        if (fields.contains(HttpHeader.CONTENT_ENCODING) || response.status() == 206) return null;
        String type = fields.get(HttpHeader.CONTENT_TYPE);
        if (type == null) return null;
        String media = MimeTypes.getContentTypeWithoutCharset(type).strip();
        for (String pattern : transform.types())
            if (matches(pattern, media)) return new SubstituteTransformer(transform.replace());
        return null;
    }

    private static boolean matches(String pattern, String media) {
        if (pattern.equals("*") || pattern.equals("*/*") || pattern.equalsIgnoreCase(media))
            return true;
        if (!pattern.endsWith("/*")) return false;
        int length = pattern.length() - 1;
        return media.regionMatches(true, 0, pattern, 0, length);
    }
}
