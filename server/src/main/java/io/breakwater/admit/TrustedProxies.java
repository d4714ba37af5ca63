package io.breakwater.admit;

import io.breakwater.config.Cidr;
import io.breakwater.exchange.Exchange;
import io.breakwater.http.Hosts;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.QuotedCSV;
import org.jspecify.annotations.Nullable;

/// Finds the client behind trusted proxies: from the nearest hop outwards, the first address that
/// is not itself trusted. Fields of untrusted peers are never looked at.
final class TrustedProxies {
    private TrustedProxies() {}

    static void apply(Exchange exchange) {
        List<Cidr> trusted = exchange.server().config().trustedProxies();
        if (trusted.isEmpty() || !Cidr.anyContains(trusted, exchange.connection().peer())) return;
        HttpFields fields = exchange.request().getHeaders();
        List<String> hops = hops(fields);
        Collections.reverse(hops);
        String client = exchange.remoteAddr();
        for (String hop : hops) {
            InetAddress address = literal(hop);
            if (address == null) break;
            client = address.getHostAddress();
            if (!Cidr.anyContains(trusted, address)) break;
        }
        String scheme = fields.get(HttpHeader.X_FORWARDED_PROTO);
        String lower = scheme == null ? "" : scheme.strip().toLowerCase(Locale.ROOT);
        boolean known = lower.equals("http") || lower.equals("https");
        exchange.vouchedFor(client, known ? lower : exchange.scheme());
    }

    /// Addresses as the fields name them, farthest first. X-Forwarded-For wins where both are sent.
    private static List<String> hops(HttpFields fields) {
        List<String> hops = new ArrayList<>(fields.getCSV(HttpHeader.X_FORWARDED_FOR, true));
        if (!hops.isEmpty()) return hops;
        for (String element : fields.getCSV(HttpHeader.FORWARDED, true)) {
            for (String pair : element.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase("for"))
                    hops.add(QuotedCSV.unquote(pair.substring(equals + 1).strip()));
            }
        }
        return hops;
    }

    /// An address literal with or without a port; null for names and `unknown` (RFC 7239 §6).
    private static @Nullable InetAddress literal(String hop) {
        String text = hop.strip();
        boolean bare = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
        Hosts.HostPort parsed = Hosts.of(bare ? "[" + text + "]" : text);
        if (parsed == null) return null;
        try {
            return InetAddress.ofLiteral(parsed.host());
        } catch (IllegalArgumentException e) {
            return null; // a name or an obfuscated identifier
        }
    }
}
