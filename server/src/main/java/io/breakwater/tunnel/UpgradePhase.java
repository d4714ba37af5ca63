package io.breakwater.tunnel;

import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.ExtendedConnect;
import io.breakwater.exchange.LocationPlan.FixedAnswer;
import io.breakwater.exchange.Phase;
import io.breakwater.exchange.Upgrade;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// Finds requests that ask for another protocol on their connection or stream, and checks them.
///
/// A server may ignore the field Upgrade (RFC 9110 §7.8). Here it is ignored where the location
/// says so, in requests with a body or an expectation, over anything but HTTP/1.1, and as to
/// protocols that we speak ourselves: a client that could change to HTTP/2 with a node would have
/// its further requests pass all rules. An extended CONNECT cannot be ignored, but refused.
public final class UpgradePhase implements Phase {
    /// Makes the phase.
    public UpgradePhase() {}

    @Override
    public Result apply(Exchange exchange) {
        Request request = exchange.request();
        boolean extended = request instanceof ExtendedConnect;
        if (!extended && !asks(request)) return Result.NEXT;
        LocationConfig config = exchange.location().config();
        if (exchange.location().upstreamText() == null && config.split().isEmpty()) {
            FixedAnswer answer = exchange.location().respond();
            boolean misleading = extended && answer != null && answer.status() < 300;
            return misleading ? refused("the location has no upstream") : Result.NEXT;
        }
        String protocols = protocols(request.getHeaders());
        if (!config.websocket() || protocols == null)
            return extended ? refused("the location passes no upgrade on") : Result.NEXT;
        String key = null;
        if (isAmong(WebSocket.PROTOCOL, protocols)) {
            Fail fault = WebSocket.fault(request.getMethod(), request.getHeaders());
            if (fault != null) return fault;
            key = WebSocket.key(request.getHeaders());
        }
        exchange.upgrade(new Upgrade(protocols, key, extended));
        return Result.NEXT;
    }

    /// RFC 9220 §3: a CONNECT to a protocol that is not supported is answered with 501.
    private static Result refused(String why) {
        return new Fail(ErrorKind.NOT_IMPLEMENTED, why);
    }

    private static boolean asks(Request request) {
        HttpFields fields = request.getHeaders();
        return fields.contains(HttpHeader.UPGRADE)
                && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && fields.contains(HttpHeader.CONNECTION, "Upgrade")
                && request.getLength() <= 0
                && !fields.contains(HttpHeader.TRANSFER_ENCODING)
                && !fields.contains(HttpHeader.EXPECT);
    }

    /// The protocols that may be asked for.
    ///
    /// @return null when none is left
    private static @Nullable String protocols(HttpFields fields) {
        List<String> left = new ArrayList<>();
        for (String asked : fields.getCSV(HttpHeader.UPGRADE, false))
            if (!isOurs(asked)) left.add(asked);
        return left.isEmpty() ? null : String.join(", ", left);
    }

    private static boolean isOurs(String protocol) {
        int slash = protocol.indexOf('/');
        String name = (slash < 0 ? protocol : protocol.substring(0, slash)).strip();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "", "h2c", "h2", "h3", "http", "tls" -> true;
            default -> false;
        };
    }

    /// Whether a protocol is among those that were asked for.
    ///
    /// @param protocol one protocol
    /// @param asked one or more, with commas between
    /// @return true when it is
    public static boolean isAmong(String protocol, String asked) {
        for (String one : asked.split(",", -1))
            if (one.strip().equalsIgnoreCase(protocol.strip())) return true;
        return false;
    }
}
