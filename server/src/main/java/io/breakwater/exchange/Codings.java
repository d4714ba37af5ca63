package io.breakwater.exchange;

import io.breakwater.http.AcceptEncoding;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// What a request says about the coding that the body of its response may be brought into here.
public final class Codings {
    private Codings() {}

    /// Which codings are taken. None by requests for parts, which are parts of what the node has,
    /// so that they fit together whoever sends them.
    ///
    /// @param request the fields of the request
    /// @return what may be done
    public static AcceptEncoding taken(HttpFields request) {
        if (request.contains(HttpHeader.RANGE) || isNotToBeChanged(request))
            return AcceptEncoding.NONE;
        List<String> values = request.getValuesList(HttpHeader.ACCEPT_ENCODING);
        return AcceptEncoding.parse(values.isEmpty() ? null : String.join(",", values));
    }

    /// Whether a message forbids to change its body, or that of its response (RFC 9111 §5.2.1.6,
    /// §5.2.2.6).
    ///
    /// @param message its fields
    /// @return true with `no-transform`
    public static boolean isNotToBeChanged(HttpFields message) {
        for (HttpField field : message)
            if (field.getHeader() == HttpHeader.CACHE_CONTROL && field.contains("no-transform"))
                return true;
        return false;
    }
}
