package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.config.ServerConfig.AccessLog;
import io.breakwater.config.ServerConfig.Announcing;
import io.breakwater.config.ServerConfig.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads servers. One is made per document, as it remembers the addresses taken so far.
final class ServerReader {
    private final Document document;
    private final Map<InetSocketAddress, String> taken = new LinkedHashMap<>();

    ServerReader(Document document) {
        this.document = document;
    }

    ServerConfig read(String name, Fields fields) {
        boolean enabled = fields.flag("enabled");
        ServerTlsConfig tls = ServerTlsReader.read(fields, enabled, document);
        List<Cidr> trusted = trustedProxies(fields);
        int redirect = ServerTlsReader.redirect(fields, tls);
        Set<Protocol> protocols = protocols(fields);
        Announcing announcing = announcing(fields, trusted);
        if (protocols.contains(Protocol.H3)) http3(fields, protocols, tls, announcing);
        return new ServerConfig(
                name,
                enabled,
                fields.text("note"),
                listen(name, enabled, fields),
                protocols,
                tls,
                redirect,
                fields.integer("https-port"),
                ServerTlsReader.hsts(fields),
                locations(fields),
                accessLog(name, fields),
                fields.reference("error-page", Kind.ERROR_PAGE),
                trusted,
                announcing,
                fields.integer("max-connections"),
                fields.duration("idle-timeout"),
                fields.duration("header-timeout"),
                fields.duration("body-timeout"),
                (int) fields.size("max-header-size", 0),
                fields.size("max-body-size", -1),
                fields.integer("keep-alive-requests"),
                new ServerConfig.Http2(
                        fields.integer("http2-max-concurrent-streams"),
                        fields.integer("http2-max-control-frames"),
                        fields.integer("http2-max-resets"),
                        fields.flag("h2c-upgrade")),
                fields.integer("alt-svc-port"),
                fields.flag("server-header"));
    }

    private List<InetSocketAddress> listen(String name, boolean enabled, Fields fields) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        if (fields.isEmptyList("listen")) fields.problem("listen", "[]", "at least one host:port");
        for (String text : fields.texts("listen")) {
            InetSocketAddress address = address(text);
            if (address == null) {
                fields.problem(
                        "listen",
                        text,
                        "host:port with a port up to 65535, IPv6 in brackets, such as 0.0.0.0:8080"
                                + " or [::]:8080");
                continue;
            }
            String clash = enabled ? clash(address) : null;
            if (clash != null)
                fields.problem(
                        "listen",
                        text,
                        clash.equals(name)
                                ? "an address that is given once"
                                : "an address that servers/" + clash + " does not listen on");
            else if (enabled) taken.put(address, name);
            addresses.add(address);
        }
        return addresses;
    }

    private static @Nullable InetSocketAddress address(String text) {
        HostPort parsed = HostPort.parse(text);
        if (parsed == null) return null;
        if (parsed.host().equals("*")) return new InetSocketAddress(parsed.port());
        if (parsed.host().equalsIgnoreCase("localhost"))
            return new InetSocketAddress(HostPort.localhost(), parsed.port());
        InetAddress literal = HostPort.literal(parsed.host());
        return literal == null
                ? InetSocketAddress.createUnresolved(parsed.host(), parsed.port())
                : new InetSocketAddress(literal, parsed.port());
    }

    private @Nullable String clash(InetSocketAddress address) {
        if (address.getPort() == 0) return null;
        for (Map.Entry<InetSocketAddress, String> other : taken.entrySet())
            if (other.getKey().getPort() == address.getPort()
                    && (covers(other.getKey(), address) || covers(address, other.getKey())))
                return other.getValue();
        return null;
    }

    /// Whether listening on one address takes the other. The IPv6 wildcard listens on IPv4 too.
    private static boolean covers(InetSocketAddress wide, InetSocketAddress narrow) {
        InetAddress host = wide.getAddress();
        InetAddress other = narrow.getAddress();
        if (host == null || other == null)
            return host == null
                    && other == null
                    && wide.getHostString().equalsIgnoreCase(narrow.getHostString());
        if (host.equals(other)) return true;
        return host.isAnyLocalAddress()
                && (!(host instanceof Inet4Address) || other instanceof Inet4Address);
    }

    private static Set<Protocol> protocols(Fields fields) {
        Set<Protocol> protocols = EnumSet.noneOf(Protocol.class);
        for (String word : fields.texts("protocols")) {
            switch (word) {
                case "http1" -> protocols.add(Protocol.HTTP1);
                case "h2" -> protocols.add(Protocol.H2);
                case "h3" -> protocols.add(Protocol.H3);
                default -> fields.problem("protocols", word, "http1, h2 or h3");
            }
        }
        if (fields.isEmptyList("protocols"))
            fields.problem("protocols", "[]", "at least one of http1 and h2");
        return protocols;
    }

    /// What HTTP/3 cannot do without, and what cannot be had with it.
    private static void http3(
            Fields fields, Set<Protocol> protocols, ServerTlsConfig tls, Announcing announcing) {
        if (!tls.on())
            fields.problem(
                    "protocols",
                    "h3",
                    "protocols without h3, or tls = true, which h3 always needs");
        else if (protocols.size() == 1)
            fields.problem(
                    "protocols",
                    "[\"h3\"]",
                    "http1 or h2 beside h3: clients begin with one of them and learn of h3 there");
        if (tls.clientAuth() != ServerTlsConfig.ClientAuth.NONE)
            fields.problem(
                    "protocols",
                    "h3",
                    "protocols without h3, or client-auth = \"none\": over h3 clients are asked for"
                            + " no certificate");
        if (announcing != Announcing.OFF)
            fields.problem(
                    "protocols",
                    "h3",
                    "protocols without h3, or proxy-protocol = \"off\": over h3 there is no PROXY"
                            + " header");
    }

    private static List<String> locations(Fields fields) {
        List<String> names = fields.texts("locations").stream().distinct().toList();
        for (String name : names) fields.checkReference("locations", name, Kind.LOCATION);
        return names;
    }

    private @Nullable AccessLog accessLog(String server, Fields fields) {
        JsonNode written = fields.raw("access-log");
        if (written == null || written.isTextual()) {
            String word = fields.text("access-log");
            if (word.equals("off")) return null;
            fields.checkReference("access-log", word, Kind.LOG_FORMAT);
            return new AccessLog(word, defaultFile(server, word));
        }
        Fields table = fields.table("access-log");
        if (table == null) return null;
        String format = table.text("format");
        boolean off = format.equals("off");
        if (!off) table.checkReference("format", format, Kind.LOG_FORMAT);
        String file = LogFile.read(table, "file");
        table.reportUnknown();
        if (off) return null;
        return new AccessLog(format, file == null ? defaultFile(server, format) : file);
    }

    private String defaultFile(String server, String format) {
        var object = document.get(Kind.LOG_FORMAT, format);
        String file = object == null ? "" : object.path("file").asText("");
        return file.isEmpty() ? server + ".access.log" : file;
    }

    private static Announcing announcing(Fields fields, List<Cidr> trusted) {
        JsonNode written = fields.raw("proxy-protocol");
        Announcing how =
                Resilience.isOff(written)
                        ? Announcing.OFF
                        : fields.choice("proxy-protocol", Announcing.class);
        if (how != Announcing.OFF && trusted.isEmpty() && !fields.has("trusted-proxies"))
            fields.problem(
                    "trusted-proxies",
                    (String) null,
                    "the proxies whose PROXY headers are believed, as proxy-protocol is on");
        return how;
    }

    private static List<Cidr> trustedProxies(Fields fields) {
        List<Cidr> blocks = new ArrayList<>();
        for (String text : fields.texts("trusted-proxies")) {
            try {
                blocks.add(Cidr.parse(text));
            } catch (IllegalArgumentException e) {
                fields.problem("trusted-proxies", text, String.valueOf(e.getMessage()));
            }
        }
        return blocks;
    }
}
