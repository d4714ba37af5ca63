package io.breakwater.config.reload;

import io.breakwater.config.MirrorConfig;
import io.breakwater.config.ServerConfig;
import io.breakwater.control.RouteView;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.LocationPlan.RouteMatch;
import io.breakwater.exchange.PathRewrite;
import io.breakwater.exchange.ProxyException;
import io.breakwater.exchange.RequestHead;
import io.breakwater.exchange.ServerPlan;
import io.breakwater.exchange.Snapshot;
import io.breakwater.http.Hosts;
import io.breakwater.http.PathNormaliser;
import io.breakwater.listen.ListenAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Says which location a request would get, through the same router that requests go through.
final class RouteTester {
    private RouteTester() {}

    static RouteView test(
            String url,
            String method,
            Map<String, String> headers,
            Snapshot snapshot,
            List<ListenAddress> listeners) {
        Sample head = Sample.of(url, method, headers);
        ServerPlan server = serverOf(head, snapshot, listeners);
        if (server == null) return none(null, "no-server", List.of());
        List<RouteView.Candidate> candidates = new ArrayList<>();
        for (LocationPlan.Verdict verdict : server.router().explain(head)) {
            String lost = verdict.lost();
            candidates.add(
                    new RouteView.Candidate(
                            verdict.location().config().name(),
                            verdict.location().weight(),
                            lost == null,
                            lost == null ? "matches" : lost));
        }
        String name = server.config().name();
        RouteMatch match = server.router().match(head);
        if (match == null) return none(name, "not-found", candidates);
        return matched(name, match, head, candidates);
    }

    private static RouteView none(
            @Nullable String server, String action, List<RouteView.Candidate> candidates) {
        return new RouteView(
                server, null, 0, null, null, List.of(), null, action, Map.of(), candidates);
    }

    private static RouteView matched(
            String server, RouteMatch match, Sample plain, List<RouteView.Candidate> candidates) {
        LocationPlan location = match.location();
        Map<String, String> captures = new HashMap<>(match.captures());
        Sample head = plain.with(captures);
        String path = head.encodedPath();
        String query = head.query();
        PathRewrite rewrite = location.rewrite();
        if (rewrite != null) {
            try {
                PathRewrite.Result result = rewrite.apply(head);
                if (result != null) {
                    captures.putAll(result.captures());
                    path = result.encodedPath();
                    if (result.dropQuery()) query = null;
                    if (result.query() != null)
                        query = query == null ? result.query() : result.query() + "&" + query;
                }
            } catch (ProxyException e) {
                path = "(" + e.getMessage() + ")";
            }
        }
        String action =
                location.respond() != null
                        ? "respond"
                        : location.redirectTo() != null ? "redirect" : "proxy";
        boolean proxied = action.equals("proxy");
        String upstream =
                location.upstreamText() == null
                        ? null
                        : location.upstreamText().render(head.with(captures));
        MirrorConfig mirror = location.config().mirror();
        return new RouteView(
                server,
                location.config().name(),
                location.weight(),
                proxied ? (query == null ? path : path + "?" + query) : null,
                proxied ? upstream : null,
                location.config().split().stream()
                        .map(share -> new RouteView.Share(share.upstream(), share.weight()))
                        .toList(),
                mirror == null ? null : mirror.upstream(),
                action,
                Map.copyOf(captures),
                candidates);
    }

    /// The server that listens on the URL's port; when none does and there is only one server, that
    /// one.
    private static @Nullable ServerPlan serverOf(
            Sample head, Snapshot snapshot, List<ListenAddress> listeners) {
        for (ListenAddress listener : listeners)
            if (listener.port() == head.serverPort())
                return snapshot.servers().get(listener.config().name());
        if (snapshot.servers().size() == 1) return snapshot.servers().values().iterator().next();
        for (ServerPlan plan : new TreeMap<>(snapshot.servers()).values()) {
            ServerConfig config = plan.config();
            if (config.listen().stream()
                    .anyMatch(address -> address.getPort() == head.serverPort())) return plan;
        }
        return null;
    }

    /// A request that was only described.
    private record Sample(
            String method,
            String scheme,
            String host,
            int serverPort,
            String path,
            String encodedPath,
            @Nullable String query,
            String uri,
            Map<String, String> headers,
            Map<String, String> captures)
            implements RequestHead {
        static Sample of(String url, String method, Map<String, String> headers) {
            int colon = url.indexOf("://");
            String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https"))
                throw new IllegalArgumentException(
                        "url: " + url + " (expected: an absolute http or https URL)");
            String rest = url.substring(colon + 3);
            int slash = indexOfAny(rest, "/?#");
            Hosts.HostPort host = Hosts.of(slash < 0 ? rest : rest.substring(0, slash));
            if (host == null)
                throw new IllegalArgumentException(
                        "url: " + url + " (expected: a host and a port)");
            String target = slash < 0 ? "/" : rest.substring(slash);
            int hash = target.indexOf('#');
            if (hash >= 0) target = target.substring(0, hash);
            int mark = target.indexOf('?');
            String raw = mark < 0 ? target : target.substring(0, mark);
            PathNormaliser.Normalised path = PathNormaliser.of(raw.isEmpty() ? "/" : raw);
            if (path == null)
                throw new IllegalArgumentException(
                        "url: " + url + " (expected: a path; " + PathNormaliser.refusal(raw) + ")");
            Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            fields.putAll(headers);
            String named = fields.get("host");
            Hosts.HostPort virtual = named == null ? null : Hosts.of(named);
            int port = host.port() > 0 ? host.port() : scheme.equals("https") ? 443 : 80;
            return new Sample(
                    method.toUpperCase(Locale.ROOT),
                    scheme,
                    virtual == null ? host.host() : virtual.host(),
                    port,
                    path.decoded(),
                    path.encoded(),
                    mark < 0 ? null : target.substring(mark + 1),
                    target,
                    fields,
                    Map.of());
        }

        private static int indexOfAny(String text, String characters) {
            for (int i = 0; i < text.length(); i++)
                if (characters.indexOf(text.charAt(i)) >= 0) return i;
            return -1;
        }

        Sample with(Map<String, String> found) {
            return new Sample(
                    method,
                    scheme,
                    host,
                    serverPort,
                    path,
                    encodedPath,
                    query,
                    uri,
                    headers,
                    found);
        }

        @Override
        public String remoteAddr() {
            return "127.0.0.1";
        }

        @Override
        public int remotePort() {
            return 0;
        }

        @Override
        public String clientIp() {
            return "127.0.0.1";
        }

        @Override
        public String serverAddr() {
            return "127.0.0.1";
        }

        @Override
        public String requestId() {
            return "0".repeat(32);
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public @Nullable String cookie(String name) {
            String all = headers.get("cookie");
            if (all == null) return null;
            for (String pair : all.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name))
                    return pair.substring(equals + 1).strip();
            }
            return null;
        }

        @Override
        public @Nullable String argument(String name) {
            if (query == null) return null;
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String key = equals < 0 ? pair : pair.substring(0, equals);
                if (key.equals(name))
                    return equals < 0
                            ? ""
                            : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            }
            return null;
        }

        @Override
        public @Nullable String capture(String name) {
            return captures.get(name);
        }

        @Override
        public @Nullable String tlsVersion() {
            return null;
        }

        @Override
        public @Nullable String tlsSni() {
            return null;
        }
    }
}
