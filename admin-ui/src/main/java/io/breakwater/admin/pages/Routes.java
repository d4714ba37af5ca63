package io.breakwater.admin.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which page answers which path. Patterns are written as `/history/{number}`; a part in braces
/// takes one segment. Literal segments win over braces because they are added first.
final class Routes {
    private final List<Route> routes = new ArrayList<>();

    /// Adds a page for signed-in users.
    Routes add(String method, String pattern, Page page) {
        routes.add(new Route(method, segments(pattern), false, page));
        return this;
    }

    /// Adds a page that needs no sign-in.
    Routes open(String method, String pattern, Page page) {
        routes.add(new Route(method, segments(pattern), true, page));
        return this;
    }

    /// The page for a path.
    ///
    /// @return null when there is none
    @Nullable Match find(String method, String path) {
        List<String> segments = segments(path);
        String wanted = method.equals("HEAD") ? "GET" : method;
        for (Route route : routes) {
            if (!route.method.equals(wanted)) continue;
            Map<String, String> captured = route.match(segments);
            if (captured != null) return new Match(route.page, route.open, captured);
        }
        return null;
    }

    /// Whether any method has a page at the path.
    boolean knows(String path) {
        List<String> segments = segments(path);
        return routes.stream().anyMatch(route -> route.match(segments) != null);
    }

    private static List<String> segments(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) if (!part.isEmpty()) parts.add(part);
        return parts;
    }

    /// A page and what its pattern captured.
    record Match(Page page, boolean open, Map<String, String> captured) {}

    private record Route(String method, List<String> pattern, boolean open, Page page) {
        @Nullable Map<String, String> match(List<String> segments) {
            if (segments.size() != pattern.size()) return null;
            Map<String, String> captured = new LinkedHashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                String part = pattern.get(i);
                if (part.startsWith("{"))
                    captured.put(part.substring(1, part.length() - 1), segments.get(i));
                else if (!part.equals(segments.get(i))) return null;
            }
            return captured;
        }
    }
}
