package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.BalanceConfig.Algorithm;
import io.breakwater.config.BalanceConfig.HashOn;
import io.breakwater.config.BalanceConfig.Part;
import io.breakwater.config.DiscoveryConfig.How;
import io.breakwater.config.UpstreamConfig.Node;
import io.breakwater.config.UpstreamConfig.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads upstreams.
final class UpstreamReader {
    private static final String ADDRESS =
            "host:port, [v6]:port, http://host:port, https://host:port or unix:/path";

    /// What an address of a unix socket holds on Linux, without the zero at its end.
    private static final int LONGEST_PATH = 107;

    private static final String SERVICE = "the name of service records: _http._tcp.example.com";

    private static final Pattern PART = Pattern.compile("ip|host|path|uri");
    private static final Pattern NAMED_PART = Pattern.compile("(header|cookie|query):([^\\s,;=]+)");

    private UpstreamReader() {}

    static UpstreamConfig read(String name, Fields fields) {
        DiscoveryConfig discovery = DiscoveryReader.read(fields);
        TlsConfig tls = TlsReader.read(fields);
        HealthCheckConfig check = HealthCheckReader.read(fields);
        TlsReader.check(fields, tls, check);
        NodeProtocol protocol = protocol(fields);
        return new UpstreamConfig(
                name,
                fields.flag("enabled"),
                fields.text("note"),
                nodes(fields, discovery.how()),
                discovery,
                protocol,
                balance(fields),
                CookieReader.read(fields, "sticky"),
                queue(fields),
                fields.duration("slow-start"),
                Resilience.retry(fields),
                Resilience.outlier(fields),
                tls,
                proxyProtocol(fields, protocol),
                check,
                fields.duration("connect-timeout"),
                fields.duration("response-timeout"),
                fields.duration("idle-timeout"),
                fields.duration("keep-alive"),
                fields.integer("max-idle-connections"),
                fields.integer("max-requests-per-connection"));
    }

    private static NodeProtocol protocol(Fields fields) {
        JsonNode written = fields.raw("protocol");
        if (written != null && written.isTextual() && written.textValue().equals("h3")) {
            fields.problem(
                    "protocol",
                    written,
                    "http1, h2 or auto: h3 to nodes is not available in this version");
            return NodeProtocol.HTTP1;
        }
        return fields.choice("protocol", NodeProtocol.class);
    }

    private static ProxyProtocol proxyProtocol(Fields fields, NodeProtocol protocol) {
        ProxyProtocol announced = fields.choice("proxy-protocol", ProxyProtocol.class);
        if (announced != ProxyProtocol.OFF && protocol != NodeProtocol.HTTP1)
            fields.problem(
                    "proxy-protocol",
                    fields.raw("proxy-protocol"),
                    "off, or protocol http1: a connection with HTTP/2 is shared by clients, of"
                            + " which a PROXY header can name but one");
        return announced;
    }

    private static BalanceConfig balance(Fields fields) {
        return new BalanceConfig(
                fields.choice("balance", Algorithm.class),
                fields.choice("hash", BalanceConfig.Hash.class),
                hashOn(fields));
    }

    private static QueueConfig queue(Fields fields) {
        if (Resilience.isOff(fields.raw("queue"))) return new QueueConfig(0, Duration.ZERO);
        Fields table = fields.tableOrEmpty("queue");
        QueueConfig queue =
                new QueueConfig(
                        fields.has("queue") ? table.integer("size") : 0, table.duration("timeout"));
        table.reportUnknown();
        return queue;
    }

    private static HashOn hashOn(Fields fields) {
        String text = fields.text("hash-on");
        Matcher named = NAMED_PART.matcher(text);
        if (named.matches()) {
            return new HashOn(Fields.constant(named.group(1), Part.class), named.group(2));
        }
        if (!PART.matcher(text).matches()) {
            fields.problem(
                    "hash-on", text, "ip, host, path, uri, header:NAME, cookie:NAME or query:NAME");
            return new HashOn(Part.IP, "");
        }
        return new HashOn(Fields.constant(text, Part.class), "");
    }

    static List<Node> nodes(Fields fields, How how) {
        List<Node> nodes = new ArrayList<>();
        JsonNode written = fields.raw("nodes");
        if (how == How.FILE) {
            if (written != null && !fields.isEmptyList("nodes"))
                fields.problem("nodes", written, "absent: the discovery-file lists them");
            return nodes;
        }
        if (!(written instanceof ArrayNode list) || list.isEmpty()) {
            fields.problem("nodes", written, "a list with at least one of " + form(how));
            return nodes;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode element = list.get(i);
            Node node = node(fields, i, element, how);
            if (node == null) continue;
            if (!seen.add(node.identity()))
                fields.problem("nodes", node.address(), "each address once");
            nodes.add(node);
        }
        return nodes;
    }

    private static String form(How how) {
        return how == How.SRV ? SERVICE : ADDRESS;
    }

    private static @Nullable Node node(Fields fields, int index, JsonNode element, How how) {
        if (element.isTextual()) {
            HostPort address = address(fields, "nodes", element.textValue(), how);
            return address == null
                    ? null
                    : new Node(address.host(), address.port(), 1, false, State.ACTIVE, 0);
        }
        if (!(element instanceof ObjectNode body)) {
            fields.problem("nodes", element, form(how) + ", or a table with an address");
            return null;
        }
        Fields table = fields.inside("nodes", "nodes[" + index + "]", body);
        String text = table.text("address");
        HostPort address = table.has("address") ? address(table, "address", text, how) : null;
        int weight = table.integer("weight");
        if (how == How.SRV && table.has("weight"))
            table.problem("weight", table.raw("weight"), "absent: the service records say it");
        boolean backup = table.flag("backup");
        State state = table.choice("state", State.class);
        int maxConnections = table.integer("max-connections");
        table.reportUnknown();
        return address == null
                ? null
                : new Node(address.host(), address.port(), weight, backup, state, maxConnections);
    }

    private static @Nullable HostPort socket(Fields fields, String key, String text) {
        String path = text.substring("unix:".length());
        if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0)
            fields.problem(key, text, "unix: and the absolute path of a socket");
        else if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH)
            fields.problem(key, text, "a path of at most " + LONGEST_PATH + " bytes");
        else return new HostPort(text, 0);
        return null;
    }

    private static @Nullable HostPort address(Fields fields, String key, String text, How how) {
        if (how == How.SRV) {
            HostPort name = HostPort.parseAbsolute(text + ":0");
            if (name != null && HostPort.literal(name.host()) == null && !name.host().equals("*"))
                return name;
            fields.problem(key, text, SERVICE);
            return null;
        }
        if (text.startsWith("unix:")) return socket(fields, key, text);
        String rest = text;
        for (String scheme : List.of("http://", "https://")) {
            if (!text.startsWith(scheme)) continue;
            rest = text.substring(scheme.length());
            if (rest.endsWith("/")) rest = rest.substring(0, rest.length() - 1);
            if (!rest.matches(".*:\\d+")) rest += scheme.equals("http://") ? ":80" : ":443";
        }
        HostPort address = HostPort.parseAbsolute(rest);
        if (address != null && address.port() > 0 && !address.host().equals("*")) return address;
        fields.problem(key, text, ADDRESS + " with a port from 1 to 65535");
        return null;
    }
}
