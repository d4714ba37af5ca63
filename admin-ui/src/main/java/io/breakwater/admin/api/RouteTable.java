package io.breakwater.admin.api;

import io.breakwater.admin.WebContext;
import io.breakwater.config.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All routes of the API, in the order of the OpenAPI document. Requests are dispatched by this
/// same table, so the document cannot say anything else.
final class RouteTable {
    private final List<Route> routes;
    private final Map<Integer, List<Entry>> bySegmentCount;

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        this.bySegmentCount =
                routes.stream()
                        .map(route -> new Entry(segments(route.path()), route))
                        .collect(Collectors.groupingBy(entry -> entry.segments().size()));
    }

    /// The table of the running console.
    static RouteTable of(WebContext web, EventStream events) {
        List<Route> routes = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            routes.addAll(new ObjectsResource(web.control(), kind).routes());
        }
        routes.addAll(new NodesResource(web.control()).routes());
        routes.addAll(new CertificatesResource(web.control()).routes());
        routes.add(MirrorsResource.route(web.control()));
        routes.addAll(new OrdersResource(web.control()).routes());
        routes.addAll(new CacheResource(web.control()).routes());
        routes.addAll(new ConfigResource(web.control()).routes());
        routes.addAll(new RevisionsResource(web.control()).routes());
        routes.addAll(new StatusResource(web.control()).routes());
        routes.addAll(events.routes());
        routes.addAll(new AccountsResource(web).routes());
        routes.addAll(OpenApi.routes(routes));
        return new RouteTable(routes);
    }

    List<Route> routes() {
        return routes;
    }

    /// All routes of a path, whatever their method.
    ///
    /// @param path below `/api/v1`, normalised; what its segments still have encoded is decoded
    List<Match> matches(String path) {
        List<String> sent = segments(path).stream().map(RouteTable::decoded).toList();
        List<Match> found = new ArrayList<>();
        for (Entry entry : bySegmentCount.getOrDefault(sent.size(), List.of())) {
            Map<String, String> variables = entry.variables(sent);
            if (variables != null) {
                found.add(new Match(entry.route(), variables));
            }
        }
        return found;
    }

    /// The value of `Allow`.
    static String allow(List<Match> matches) {
        TreeSet<String> methods = new TreeSet<>();
        for (Match match : matches) {
            methods.add(match.route().method());
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        methods.add("OPTIONS");
        return String.join(", ", methods);
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// A route that fits a path.
    ///
    /// @param route the route
    /// @param variables path variables by name
    record Match(Route route, Map<String, String> variables) {}

    private record Entry(List<String> segments, Route route) {
        @Nullable Map<String, String> variables(List<String> sent) {
            Map<String, String> variables = new HashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                String segment = segments.get(i);
                String value = sent.get(i);
                if (Route.isVariable(segment)) {
                    if (value.isEmpty()) {
                        return null;
                    }
                    variables.put(segment.substring(1, segment.length() - 1), value);
                } else if (!segment.equals(value)) {
                    return null;
                }
            }
            return variables;
        }
    }
}
