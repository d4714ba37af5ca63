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
        RouteView route = null;
        String fault = "";
        if (!url.isEmpty())
            try {
                route = control.route(url, method, fields(headers));
            } catch (IllegalArgumentException e) {
                fault = String.valueOf(e.getMessage());
            }
        View view = new View(url, method, headers, METHODS, route, fault, sampleUrl());
        return new Reply.View(fault.isEmpty() ? 200 : 422, "route", "Route tester", view);
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : Typed.of(text).lines("")) {
            int colon = line.indexOf(':');
            if (colon < 1)
                throw new IllegalArgumentException(
                        line + " (expected: header lines such as \"Name: value\")");
            fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return fields;
    }

    private String sampleUrl() {
        return control.status().listeners().stream()
                .findFirst()
                .map(one ->
                        "http://"
                                + one.address()
                                        .replaceFirst("^(0\\.0\\.0\\.0|\\[::\\]|\\*)", "localhost")
                                + "/")
                .orElse("http://localhost:8080/");
    }

    /// @param url what was asked
    /// @param method its method
    /// @param headers further fields, one per line
    /// @param methods methods to offer
    /// @param route the answer, null before the first question
    /// @param fault why there is none
    /// @param sample a URL that reaches a listener
    record View(
            String url,
            String method,
            String headers,
            List<String> methods,
            @Nullable RouteView route,
            String fault,
            String sample) {}
}
