package io.breakwater.relay;

import io.breakwater.config.LocationConfig.Forwarded;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.GrpcWeb;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.Text;
import io.breakwater.exchange.Upgrade;
import io.breakwater.http.CookiePairs;
import io.breakwater.http.QueryChars;
import io.breakwater.upstream.transport.IncomingResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/// Turns the client's head into the upstream's and the upstream's into the client's: hop-by-hop
/// fields (RFC 9110 §7.6.1), Host, Via (§7.6.3), forwarding fields, the location's operations.
final class Heads {
    private static final HttpField VIA_11 =
            new PreEncodedHttpField(HttpHeader.VIA, "1.1 breakwater");
    private static final HttpField IDENTITY =
            new PreEncodedHttpField(HttpHeader.ACCEPT_ENCODING, "identity");
    private static final HttpField TE_TRAILERS = new PreEncodedHttpField(HttpHeader.TE, "trailers");
    private static final HttpField CONNECTION_TE =
            new PreEncodedHttpField(HttpHeader.CONNECTION, "TE");

    private static final HttpField CONNECTION_UPGRADE =
            new PreEncodedHttpField(HttpHeader.CONNECTION, "Upgrade");

    private Heads() {}

    /// Path and query as the upstream gets them.
    static String target(Exchange exchange) {
        String query = exchange.query();
        String path = exchange.encodedPath();
        return query == null ? path : path + "?" + QueryChars.ascii(query);
    }

    /// Writes the upstream request's fields.
    ///
    /// @param exchange the exchange
    /// @param node the name by which the node is asked, for the `upstream` Host policy
    /// @param plain whether the body is to be looked into, so that no content coding is asked for
    /// @param ownCookies names of cookies that are between the client and us
    /// @param to where to write
    static void request(
            Exchange exchange,
            String node,
            boolean plain,
            List<String> ownCookies,
            HttpFields.Mutable to) {
        HttpFields from = exchange.request().getHeaders();
        Set<String> named = namedByConnection(from);
        boolean replaceForwarding = !exchange.isPeerTrusted();
        GrpcWeb web = exchange.grpcWeb();
        boolean teTrailers = web != null;
        to.add(HttpHeader.HOST, host(exchange, node));
        for (HttpField field : from) {
            HttpHeader header = field.getHeader();
            if (web != null && isOfWeb(field, web, to)) continue;
            if (header == null) {
                if (replaceForwarding && isForwarding(field.getName())) continue;
            } else {
                switch (header) {
                    case HOST,
                            CONNECTION,
                            KEEP_ALIVE,
                            PROXY_CONNECTION,
                            PROXY_AUTHENTICATE,
                            PROXY_AUTHORIZATION,
                            TRANSFER_ENCODING,
                            UPGRADE,
                            HTTP2_SETTINGS -> {
                        continue;
                    }
                    case TE -> {
                        teTrailers |= field.contains("trailers");
                        continue;
                    }
                    case ACCEPT_ENCODING -> {
                        if (plain) continue;
                    }
                    case COOKIE -> {
                        if (joined(field, to)) continue;
                    }
                    case FORWARDED,
                            X_FORWARDED_FOR,
                            X_FORWARDED_HOST,
                            X_FORWARDED_PROTO,
                            X_FORWARDED_PORT,
                            X_FORWARDED_SERVER -> {
                        if (replaceForwarding) continue;
                    }
                    default -> {}
                }
            }
            if (named != null && named.contains(field.getName())) continue;
            to.add(field);
        }
        for (String name : ownCookies) hide(name, to);
        if (plain) to.add(IDENTITY);
        if (teTrailers) {
            to.add(TE_TRAILERS);
            to.add(CONNECTION_TE);
        }
        via(exchange.request().getConnectionMetaData().getHttpVersion(), to);
        forwarding(exchange, to);
        ClientCertificates.write(exchange.clientCertificates(), to);
        exchange.location().requestEdit().apply(to, exchange);
    }

    /// Whether a field is about what is between the client of gRPC-Web and us. Writes what the node
    /// gets instead.
    private static boolean isOfWeb(HttpField field, GrpcWeb web, HttpFields.Mutable to) {
        HttpHeader header = field.getHeader();
        if (header == null) return field.getName().equalsIgnoreCase("X-Grpc-Web");
        return switch (header) {
            case CONTENT_TYPE -> {
                to.put(HttpHeader.CONTENT_TYPE, web.nodeType());
                yield true;
            }
            case CONTENT_LENGTH -> web.textIn();
            case ACCEPT -> field.getValue().contains("application/grpc-web");
            // Messages have codings of their own; that of a body would hide the messages from us.
            case ACCEPT_ENCODING -> true;
            default -> false;
        };
    }

    /// Adds what asks for an upgrade, of which the client's own is hop-by-hop.
    ///
    /// @param wanted what the client may have, null for nothing
    /// @param to where to write
    static void upgrade(@Nullable Upgrade wanted, HttpFields.Mutable to) {
        if (wanted == null) return;
        to.add(HttpHeader.UPGRADE, wanted.protocols());
        to.add(CONNECTION_UPGRADE);
    }

    /// RFC 9113 §8.2.3: HTTP/2 may split Cookie, HTTP/1.1 has one field.
    private static boolean joined(HttpField crumb, HttpFields.Mutable to) {
        String before = to.get(HttpHeader.COOKIE);
        if (before != null) to.put(HttpHeader.COOKIE, before + "; " + crumb.getValue());
        return before != null;
    }

    private static void hide(String cookie, HttpFields.Mutable to) {
        String all = to.get(HttpHeader.COOKIE);
        if (all == null) return;
        String rest = CookiePairs.without(all, cookie);
        if (rest.isEmpty()) to.remove(HttpHeader.COOKIE);
        else if (rest.length() < all.length()) to.put(HttpHeader.COOKIE, rest);
    }

    @SuppressWarnings("ReferenceEquality") // a marker, known by identity
    private static String host(Exchange exchange, String node) {
        Text policy = exchange.location().hostText();
        if (policy == LocationPlan.HOST_UPSTREAM) return node;
        if (policy != null) return policy.render(exchange);
        String host = exchange.request().getHeaders().get(HttpHeader.HOST);
        if (host == null)
            host = exchange.request().getHttpURI().getAuthority(); // HTTP/2, absolute form
        String scheme = exchange.request().getHttpURI().getScheme();
        // RFC 9112 §3.2.2: an absolute-form target's host wins over the Host field.
        String authority = scheme == null ? null : exchange.request().getHttpURI().getAuthority();
        if (authority != null && !authority.isEmpty()) host = authority;
        return host == null || host.isEmpty() ? node : host;
    }

    private static void via(HttpVersion version, HttpFields.Mutable to) {
        HttpField ours =
                version == HttpVersion.HTTP_1_1
                        ? VIA_11
                        : new HttpField(
                                HttpHeader.VIA,
                                version.asString().substring("HTTP/".length()) + " breakwater");
        to.add(ours);
    }

    private static void forwarding(Exchange exchange, HttpFields.Mutable to) {
        Forwarded mode = exchange.location().config().forwarded();
        if (mode == Forwarded.OFF) return;
        if (mode != Forwarded.RFC7239) {
            append(to, HttpHeader.X_FORWARDED_FOR, exchange.remoteAddr());
            String host = exchange.request().getHeaders().get(HttpHeader.HOST);
            if (host == null) host = exchange.host();
            keepOrPut(
                    to,
                    HttpHeader.X_FORWARDED_PROTO,
                    exchange.request().isSecure() ? "https" : "http");
            keepOrPut(to, HttpHeader.X_FORWARDED_HOST, host);
            keepOrPut(to, HttpHeader.X_FORWARDED_PORT, Integer.toString(exchange.serverPort()));
        }
        if (mode != Forwarded.X_FORWARDED) {
            // RFC 7239 §4: quoted when it is not a token; IPv6 in brackets.
            String peer = exchange.remoteAddr();
            String client = peer.indexOf(':') >= 0 ? "\"[" + peer + "]\"" : peer;
            String host = exchange.request().getHeaders().get(HttpHeader.HOST);
            String element =
                    "for="
                            + client
                            + ";host=\""
                            + (host == null ? exchange.host() : host)
                            + "\";proto="
                            + (exchange.request().isSecure() ? "https" : "http");
            append(to, HttpHeader.FORWARDED, element);
        }
    }

    private static void append(HttpFields.Mutable to, HttpHeader header, String value) {
        List<String> present = to.getValuesList(header);
        if (present.isEmpty()) to.add(header, value);
        else to.put(header, String.join(", ", present) + ", " + value);
    }

    private static void keepOrPut(HttpFields.Mutable to, HttpHeader header, String value) {
        if (!to.contains(header)) to.add(header, value);
    }

    /// What says where a request comes from: believed of trusted proxies only.
    private static boolean isForwarding(String name) {
        if (name.length() < 8) return false;
        if ((name.charAt(0) | 0x20) == 'c')
            return name.equalsIgnoreCase(ClientCertificates.CERT)
                    || name.equalsIgnoreCase(ClientCertificates.CHAIN);
        if ((name.charAt(0) | 0x20) != 'x' || name.charAt(1) != '-') return false;
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("x-real-ip")
                || lower.equals("x-mirror")
                || lower.startsWith("x-forwarded-");
    }

    /// Names listed in Connection (RFC 9110 §7.6.1), null when there are none to mind.
    private static @Nullable Set<String> namedByConnection(HttpFields fields) {
        Set<String> names = null;
        for (HttpField field : fields) {
            if (field.getHeader() != HttpHeader.CONNECTION || field.getValue() == null) continue;
            String value = field.getValue();
            if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) continue;
            if (names == null) names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            for (String name : value.split(",", -1)) names.add(name.strip());
        }
        if (names != null) {
            // What a client may not have removed: framing and routing are ours to decide.
            names.remove("host");
            names.remove("content-length");
            names.remove("te");
        }
        return names;
    }

    /// Writes the downstream response's head.
    ///
    /// @param exchange the exchange
    /// @param from the upstream's response
    /// @param lengthKept whether the body stays as long as the upstream said, byte for byte
    /// @param compression what is done about its coding, null for nothing
    static void response(
            Exchange exchange,
            IncomingResponse from,
            boolean lengthKept,
            @Nullable Compression compression) {
        Response response = exchange.response();
        response.setStatus(from.status());
        HttpFields.Mutable to = response.getHeaders();
        HttpFields fields = from.fields();
        Set<String> named = namedByConnection(fields);
        boolean dated = false;
        for (HttpField field : fields) {
            HttpHeader header = field.getHeader();
            if (header != null) {
                switch (header) {
                    case CONNECTION,
                            KEEP_ALIVE,
                            PROXY_CONNECTION,
                            PROXY_AUTHENTICATE,
                            TRANSFER_ENCODING,
                            UPGRADE,
                            TE -> {
                        continue;
                    }
                    case CONTENT_LENGTH, CONTENT_MD5, ACCEPT_RANGES -> {
                        if (!lengthKept) continue;
                    }
                    case ETAG -> {
                        if (!lengthKept && !field.getValue().startsWith("W/")) {
                            to.add(HttpHeader.ETAG, "W/" + field.getValue());
                            continue;
                        }
                    }
                    case DATE -> dated = true;
                    default -> {}
                }
            } else if (!lengthKept && isDigest(field.getName())) {
                continue;
            }
            if (named != null && named.contains(field.getName())) continue;
            to.add(field);
        }
        if (compression != null) compression.head(from.status(), to);
        if (!dated) to.add(exchange.date());
        via(from.version(), to);
        // What is the location's and the connection's is written when a client is answered.
        if (exchange.taker() != null) return;
        exchange.headed();
        if (!fields.contains(HttpHeader.CONTENT_LENGTH) && from.version() != HttpVersion.HTTP_1_0)
            response.setTrailersSupplier(from::trailers);
        exchange.location().responseEdit().apply(to, exchange);
        exchange.finishHead(to);
    }

    /// Whether a field tells of the very bytes of a body (RFC 9530, RFC 3230).
    private static boolean isDigest(String name) {
        return name.equalsIgnoreCase("Content-Digest")
                || name.equalsIgnoreCase("Repr-Digest")
                || name.equalsIgnoreCase("Digest");
    }

    /// Makes a head that was set say that the protocol changes: a 101 (RFC 9110 §7.8), or a 200 to
    /// an extended CONNECT, of which the Accept is not a part (RFC 8441 §5).
    ///
    /// @param response the client's
    /// @param protocol what the node has agreed to
    /// @param extended whether it was asked for by an extended CONNECT
    static void switching(Response response, String protocol, boolean extended) {
        HttpFields.Mutable fields = response.getHeaders();
        fields.remove(HttpHeader.CONTENT_LENGTH);
        fields.remove(HttpHeader.CONNECTION);
        response.setTrailersSupplier(null);
        if (extended) {
            response.setStatus(200);
            fields.remove("Sec-WebSocket-Accept");
        } else {
            fields.add(CONNECTION_UPGRADE);
            fields.add(HttpHeader.UPGRADE, protocol);
        }
    }

    /// Fields of an interim response that may be passed on.
    ///
    /// @param fields the upstream's
    /// @return without hop-by-hop fields
    static HttpFields interim(HttpFields fields) {
        HttpFields.Mutable to = HttpFields.build(fields);
        to.remove(HttpHeader.CONNECTION);
        to.remove(HttpHeader.CONTENT_LENGTH);
        to.remove(HttpHeader.TRANSFER_ENCODING);
        return to;
    }
}
