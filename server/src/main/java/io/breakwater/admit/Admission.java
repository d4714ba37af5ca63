package io.breakwater.admit;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Phase;
import io.breakwater.http.Hosts;
import io.breakwater.http.PathNormaliser;
import io.breakwater.http.QueryChars;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;

/// Looks at method, host and target: what is not to be relayed is refused with its own reason, the
/// rest is normalised.
public final class Admission implements Phase {
    /// Makes the phase.
    public Admission() {}

    @Override
    public Result apply(Exchange exchange) {
        Request request = exchange.request();
        if (isTooLarge(exchange)) return new Fail(ErrorKind.HEADERS_TOO_LARGE, null);
        String method = request.getMethod();
        // RFC 9110 §9.3.8 and §9.3.6: TRACE shows clients what proxies add; CONNECT is for forward
        // proxies.
        if (method.equals("TRACE") || method.equals("CONNECT"))
            return new Fail(ErrorKind.METHOD_REFUSED, null);
        // RFC 9112 §6.1: a coding that is not understood would be passed on as content.
        String coding = request.getHeaders().get(HttpHeader.TRANSFER_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("chunked"))
            return new Fail(ErrorKind.NOT_IMPLEMENTED, null);
        HttpURI uri = request.getHttpURI();
        String host = "";
        int port = -1;
        String authority = uri.getAuthority();
        if (authority == null) authority = request.getHeaders().get(HttpHeader.HOST);
        if (authority != null && !authority.isEmpty()) {
            Hosts.HostPort parsed = Hosts.of(authority);
            if (parsed == null) return new Fail(ErrorKind.BAD_HOST, null);
            host = parsed.host();
            port = parsed.port();
        }
        // Over HTTP/2 a blank may stand in a target; over HTTP/1.1 it would end it (RFC 9112 §3.2).
        String query = uri.getQuery();
        if (query != null && QueryChars.breaksTarget(query))
            return new Fail(ErrorKind.BAD_REQUEST, "a blank or control character in the query");
        String raw = uri.getPath();
        if (raw == null || raw.isEmpty()) raw = "/";
        if (raw.equals("*")) {
            // RFC 9112 §3.2.4: asterisk-form, for OPTIONS only.
            if (!method.equals("OPTIONS")) return new Fail(ErrorKind.BAD_PATH, null);
            exchange.admitted(host, port, "*", "*");
        } else {
            PathNormaliser.Normalised path = PathNormaliser.of(raw);
            if (path == null) return new Fail(ErrorKind.BAD_PATH, PathNormaliser.refusal(raw));
            exchange.admitted(host, port, path.decoded(), path.encoded());
        }
        TrustedProxies.apply(exchange);
        return Result.NEXT;
    }

    /// Over the other protocols a head is measured while it is read.
    private static boolean isTooLarge(Exchange exchange) {
        Request request = exchange.request();
        if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_3) return false;
        int size = request.getHttpURI().toString().length() + request.getMethod().length();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            size += field.getName().length() + (value == null ? 0 : value.length());
        }
        return size > exchange.server().config().maxHeaderSize();
    }
}
