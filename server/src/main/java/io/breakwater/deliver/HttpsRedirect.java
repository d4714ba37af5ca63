package io.breakwater.deliver;

import io.breakwater.config.ServerConfig;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Phase;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;

/// Sends requests that came without TLS to HTTPS, where the server says so. What a trusted proxy
/// has got over TLS stays.
public final class HttpsRedirect implements Phase {
    private static final int HTTPS_PORT = 443;

    /// Makes the phase.
    public HttpsRedirect() {}

    @Override
    public Result apply(Exchange exchange) {
        ServerConfig config = exchange.server().config();
        int status = config.httpsRedirect();
        // Without a host (HTTP/1.0) there is nowhere to send to.
        if (status == 0 || exchange.scheme().equals("https") || exchange.host().isEmpty())
            return Result.NEXT;
        exchange.response().setStatus(status);
        exchange.response()
                .getHeaders()
                .put(HttpHeader.LOCATION, location(exchange, config.httpsPort()));
        exchange.answer(ByteBuffer.allocate(0), null);
        return Result.TAKEN;
    }

    private static String location(Exchange exchange, int port) {
        String host = exchange.host();
        StringBuilder to = new StringBuilder("https://");
        to.append(host.indexOf(':') < 0 ? host : "[" + host + "]");
        if (port != HTTPS_PORT) to.append(':').append(port);
        String path = exchange.askedPath();
        if (!path.equals("*")) to.append(path);
        if (exchange.query() != null) to.append('?').append(exchange.query());
        return to.toString();
    }
}
