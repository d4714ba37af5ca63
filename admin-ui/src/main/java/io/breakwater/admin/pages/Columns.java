package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.CertificateView;
import io.breakwater.control.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The main columns of each kind's list.
///
/// @param document the configuration
/// @param references links between objects
/// @param nodes live nodes by upstream name, null for an unknown upstream
/// @param certificates those in force
record Columns(
        Document document,
        References references,
        Function<String, @Nullable List<NodeView>> nodes,
        List<CertificateView> certificates) {

    /// The headings after the name.
    static List<String> headings(Kind kind) {
        return switch (kind) {
            case SERVER ->
                    List.of("Listens on", "Protocols", "Locations", "Access log", "Error page");
            case LOCATION -> List.of("Host", "Path", "Answered by", "Cache", "Servers");
            case UPSTREAM -> List.of("Nodes", "In flight", "Requests", "Failures", "Used by");
            case CERTIFICATE -> List.of("Shown for", "Issued by", "Valid until", "Faults");
            case CACHE_POLICY -> List.of("Largest object", "Used by");
            case ERROR_PAGE -> List.of("Templates", "Used by");
            case LOG_FORMAT -> List.of("Format", "File", "Rotation", "Used by");
        };
    }

    /// The cells after the name.
    List<Cell> cells(Kind kind, String name, ObjectNode body) {
        return switch (kind) {
            case SERVER -> server(body);
            case LOCATION -> location(name, body);
            case UPSTREAM -> upstream(name, body);
            case CERTIFICATE -> certificate(name, body);
            case CACHE_POLICY ->
                    List.of(Cell.code(text(body, "max-object-size", "64mb")), users(kind, name));
            case ERROR_PAGE -> List.of(Cell.text(templates(body)), users(kind, name));
            case LOG_FORMAT -> logFormat(name, body);
        };
    }

    private List<Cell> server(ObjectNode body) {
        List<String> protocols = PlainCodecs.items(body.get("protocols"));
        return List.of(
                Cell.codes(PlainCodecs.items(body.get("listen")), "nothing"),
                Cell.text(
                        String.join(", ", protocols.isEmpty() ? List.of("http1", "h2") : protocols)
                                .replace("h3", "h3 (experimental)")),
                Cell.links(references.named(body, Kind.SERVER, Kind.LOCATION), "none"),
                accessLog(body),
                Cell.links(references.named(body, Kind.SERVER, Kind.ERROR_PAGE), "built-in"));
    }

    private Cell accessLog(ObjectNode body) {
        List<References.Ref> own = references.named(body, Kind.SERVER, Kind.LOG_FORMAT);
        if (!own.isEmpty()) return Cell.links(own, "");
        JsonNode value = body.get("access-log");
        if (value instanceof ObjectNode table) value = table.get("format");
        return value == null ? Cell.none("combined") : Cell.text(PlainCodecs.text(value));
    }

    private List<Cell> location(String name, ObjectNode body) {
        List<References.Ref> servers = references.usersOf(Kind.LOCATION, name);
        String path = PlainCodecs.text(body.get("path"));
        return List.of(
                Cell.codes(PlainCodecs.items(body.get("host")), "any"),
                path.isEmpty() ? Cell.none("any") : Cell.code(path),
                answeredBy(body),
                cache(body),
                servers.isEmpty() ? Cell.warning("in no server") : Cell.links(servers, ""));
    }

    private Cell cache(ObjectNode body) {
        List<References.Ref> policies = references.named(body, Kind.LOCATION, Kind.CACHE_POLICY);
        return policies.isEmpty() ? Cell.nothing() : Cell.links(policies, "");
    }

    private Cell answeredBy(ObjectNode body) {
        String upstream = PlainCodecs.text(body.get("upstream"));
        if (upstream.contains("$")) return Cell.code(upstream);
        if (!upstream.isEmpty() || body.has("split"))
            return Cell.links(references.answering(body), "");
        JsonNode respond = body.get("respond");
        if (respond != null) return Cell.text("status " + respond.path("status").asInt(200));
        JsonNode redirect = body.get("redirect");
        if (redirect != null)
            return Cell.text("redirect to " + Wording.shortened(redirect.path("to").asText(), 40));
        return Cell.warning("nobody");
    }

    private List<Cell> upstream(String name, ObjectNode body) {
        List<String> addresses = new ArrayList<>();
        JsonNode configured = body.get("nodes");
        if (configured != null)
            configured.forEach(node ->
                    addresses.add(node.isObject() ? node.path("address").asText() : node.asText()));
        if (body.has("discovery-file")) addresses.add(text(body, "discovery-file", ""));
        List<NodeView> live = nodes.apply(name);
        return List.of(
                Cell.codes(addresses, "none"),
                Cell.number(live == null ? "–" : sum(live, NodeView::inFlight)),
                Cell.number(live == null ? "–" : sum(live, NodeView::requests)),
                Cell.number(live == null ? "–" : sum(live, NodeView::failures)),
                users(Kind.UPSTREAM, name));
    }

    private static String sum(List<NodeView> nodes, ToLongFunction<NodeView> what) {
        return Wording.number(nodes.stream().mapToLong(what).sum());
    }

    private List<Cell> logFormat(String name, ObjectNode body) {
        return List.of(
                new Cell(
                        "mono wide",
                        List.of(
                                new Cell.Part(
                                        Wording.shortened(text(body, "format", ""), 120),
                                        null,
                                        ""))),
                body.has("file") ? Cell.code(text(body, "file", "")) : Cell.none("per server"),
                Cell.brief(text(body, "rotate", "daily") + ", keep " + text(body, "keep", "14")),
                users(Kind.LOG_FORMAT, name));
    }

    private List<Cell> certificate(String name, ObjectNode body) {
        List<String> hosts = new ArrayList<>(PlainCodecs.items(body.get("domains")));
        for (CertificateView view : certificates) {
            if (!view.name().equals(name)) continue;
            if (hosts.isEmpty()) hosts.addAll(view.domains());
            if (view.isDefault()) hosts.add("other hosts");
            String day = Wording.time(view.notAfterMillis()).substring(0, "2026-01-01".length());
            return List.of(
                    Cell.codes(hosts, "no host"),
                    Cell.text(Wording.shortened(view.chain().getFirst().issuer(), 48)),
                    Cell.brief(day + ", " + CertificatePanel.left(view.daysLeft())),
                    view.faults().isEmpty()
                            ? Cell.none("none")
                            : Cell.warning(Wording.shortened(view.faults().getFirst(), 32)));
        }
        Cell unknown = Cell.nothing();
        return List.of(Cell.codes(hosts, "not in force"), unknown, unknown, unknown);
    }

    private static String templates(ObjectNode body) {
        List<String> has = new ArrayList<>();
        if (body.has("html")) has.add("HTML");
        if (body.has("json")) has.add("JSON");
        body.path("status").fieldNames().forEachRemaining(has::add);
        return has.isEmpty() ? "built-in" : String.join(", ", has);
    }

    private Cell users(Kind kind, String name) {
        return Cell.links(references.usersOf(kind, name), "not used");
    }

    private static String text(ObjectNode body, String key, String usual) {
        JsonNode value = body.get(key);
        return value == null ? usual : PlainCodecs.text(value);
    }
}
