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
    /// Strict-Transport-Security (RFC 6797) over TLS.
    ///
    /// @param fields of the answer
    /// @param secure whether it goes over TLS
    public void sign(HttpFields.Mutable fields, boolean secure) {
        if (config.serverHeader() && !fields.contains(HttpHeader.SERVER)) fields.add(SERVER);
        String hsts = config.hsts();
        if (secure && hsts != null && !fields.contains(HttpHeader.STRICT_TRANSPORT_SECURITY))
            fields.add(HttpHeader.STRICT_TRANSPORT_SECURITY, hsts);
    }

    /// The same for exchanges that no client began.
    ServerPlan unlogged() {
        return new ServerPlan(config, router, errors, RequestLog.NONE, upstreams);
    }
}
