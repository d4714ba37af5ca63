package io.breakwater.exchange;

import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.TunnelSupport;

/// An extended CONNECT (RFC 8441 §4) in the form that it has over HTTP/1.1: a GET that asks for an
/// upgrade, for WebSocket with a key of our own. What follows its head is no body.
public final class ExtendedConnect extends Request.Wrapper {
    private static final int KEY_BYTES = 16;

    private final HttpFields fields;

    private ExtendedConnect(Request request, String protocol) {
        super(request);
        HttpFields.Mutable asked = HttpFields.build(request.getHeaders());
        asked.remove(HttpHeader.CONTENT_LENGTH);
        asked.put(new HttpField(HttpHeader.CONNECTION, "Upgrade"));
        asked.put(new HttpField(HttpHeader.UPGRADE, protocol));
        if (protocol.equalsIgnoreCase("websocket")) {
            byte[] key = new byte[KEY_BYTES];
            ThreadLocalRandom.current().nextBytes(key);
            asked.put("Sec-WebSocket-Key", Base64.getEncoder().encodeToString(key));
        }
        this.fields = asked.asImmutable();
    }

    /// A request as the phases are to see it.
    ///
    /// @param request any request
    /// @return the same, or an extended CONNECT as a GET
    public static Request seen(Request request) {
        if (!HttpMethod.CONNECT.is(request.getMethod())
                || request.getConnectionMetaData().getHttpVersion().getVersion() < 20)
            return request;
        TunnelSupport tunnel = request.getTunnelSupport();
        String protocol = tunnel == null ? null : tunnel.getProtocol();
        return protocol == null ? request : new ExtendedConnect(request, protocol);
    }

    @Override
    public String getMethod() {
        return HttpMethod.GET.asString();
    }

    @Override
    public HttpFields getHeaders() {
        return fields;
    }

    @Override
    public long getLength() {
        return 0;
    }

    @Override
    public Content.Chunk read() {
        return Content.Chunk.EOF;
    }

    @Override
    public void demand(Runnable available) {
        available.run();
    }

    @Override
    public boolean consumeAvailable() {
        return true;
    }
}
