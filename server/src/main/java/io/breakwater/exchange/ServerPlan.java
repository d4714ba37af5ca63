package io.breakwater.exchange;

import io.breakwater.config.ServerConfig;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// A server compiled for use: immutable, shared by all exchanges of a snapshot.
///
/// @param config as configured
/// @param router finds the location
/// @param errors makes error answers
/// @param log where finished exchanges are written
/// @param upstreams all upstreams of the snapshot, by name
public record ServerPlan(
        ServerConfig config,
        LocationPlan.Router router,
        ErrorRenderer errors,
        RequestLog log,
        Map<String, Upstream> upstreams) {
    private static final HttpField SERVER = new HttpField(HttpHeader.SERVER, "breakwater");

    /// Copies the map.
    public ServerPlan {
        upstreams = Map.copyOf(upstreams);
    }

    /// Adds what the server says about itself to an answer's head, unless it is there: Server, and
    /// over TLS Strict-Transport-Security (RFC 6797) and Alt-Svc (RFC 7838).
    ///
    /// @param fields of the answer
    /// @param secure whether it goes over TLS
    /// @param connection that it goes over
    public void sign(HttpFields.Mutable fields, boolean secure, ClientConnection connection) {
        if (config.serverHeader() && !fields.contains(HttpHeader.SERVER)) fields.add(SERVER);
        String hsts = config.hsts();
        if (secure && hsts != null && !fields.contains(HttpHeader.STRICT_TRANSPORT_SECURITY))
            fields.add(HttpHeader.STRICT_TRANSPORT_SECURITY, hsts);
        HttpField altSvc = secure ? connection.altSvc() : null;
        if (altSvc != null && !fields.contains(HttpHeader.ALT_SVC)) fields.add(altSvc);
    }

    /// The same for exchanges that no client began.
    ServerPlan unlogged() {
        return new ServerPlan(config, router, errors, RequestLog.NONE, upstreams);
    }
}
