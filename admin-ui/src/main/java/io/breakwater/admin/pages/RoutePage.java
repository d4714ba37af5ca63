package io.breakwater.admin.pages;

import io.breakwater.control.Control;
import io.breakwater.control.RouteView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which location would answer a request, and why.
final class RoutePage {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Control control;

    RoutePage(Control control) {
        this.control = control;
    }

    Reply show(Call call) {
        String url = call.text("url").strip();
        String method = call.has("method") ? call.text("method").strip() : "GET";
        String headers = call.text("headers");
        Map<String, String> fields = new LinkedHashMap<>();
        String headersFault = read(headers, fields);
        RouteView route = null;
        String urlFault = "";
        if (!url.isEmpty())
            try {
                route = control.route(url, method, fields);
            } catch (IllegalArgumentException e) {
                urlFault = String.valueOf(e.getMessage());
            }
        View view =
                new View(
                        url,
                        method,
                        headers,
                        METHODS,
                        headersFault.isEmpty() ? route : null,
                        urlFault,
                        headersFault,
                        listeners());
        boolean right = urlFault.isEmpty() && headersFault.isEmpty();
        return new Reply.View(right ? 200 : 422, "route", "Route tester", view);
    }

    /// Reads header lines.
    ///
    /// @return what is wrong with them, empty for nothing
    private static String read(String text, Map<String, String> fields) {
        for (String line : Typed.of(text).lines("")) {
            int colon = line.indexOf(':');
            if (colon < 1)
                return "“"
                        + Wording.shortened(line, 80)
                        + "” does not fit; expected: lines such as \"Name: value\"";
            fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return "";
    }

    /// What is listened on, as URLs.
    private List<String> listeners() {
        return control.status().listeners().stream()
                .map(one -> Wording.address(one.address()))
                .map(one -> one.replaceFirst("^(0\\.0\\.0\\.0|\\[::\\]|\\*)", "localhost"))
                .map(one -> "http://" + one + "/")
                .distinct()
                .toList();
    }

    /// @param url what was asked
    /// @param method its method
    /// @param headers further fields, one per line
    /// @param methods methods to offer
    /// @param route the answer, null before the first question
    /// @param urlFault what is wrong with the URL, empty for nothing
    /// @param headersFault what is wrong with the header fields, empty for nothing
    /// @param listeners URLs that reach a listener
    record View(
            String url,
            String method,
            String headers,
            List<String> methods,
            @Nullable RouteView route,
            String urlFault,
            String headersFault,
            List<String> listeners) {
        /// A URL to begin with.
        public String sample() {
            return listeners.isEmpty() ? "http://localhost:8080/" : listeners.getFirst();
        }

        /// What becomes of the request, for people.
        public String action() {
            if (route == null) return "";
            return switch (route.action()) {
                case "proxy" -> "passed to an upstream";
                case "respond" -> "a fixed answer";
                case "redirect" -> "a redirection";
                default -> route.action();
            };
        }

        /// Why a location does not answer, for people.
        public String reason(RouteView.Candidate candidate) {
            return switch (candidate.reason()) {
                case "matches" -> "";
                case "host" -> "the host does not match";
                case "path" -> "the path does not match";
                case "disabled" -> "it is switched off";
                default -> candidate.reason();
            };
        }
    }
}
