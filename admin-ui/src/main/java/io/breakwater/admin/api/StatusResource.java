package io.breakwater.admin.api;

import io.breakwater.control.Control;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The process's state, draining, and the route tester.
final class StatusResource {
    private static final String TAG = "process";

    private final Control control;

    StatusResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/status", TAG, "Read the process's state", call -> status())
                        .answer(200, "The state now.", "status"),
                Route.of(
                                "POST",
                                "/drain",
                                TAG,
                                "Stop being ready, so that balancers send no more",
                                call -> drain(true))
                        .answer(200, "The state now.", "status"),
                Route.of("DELETE", "/drain", TAG, "Be ready again", call -> drain(false))
                        .answer(200, "The state now.", "status"),
                Route.of(
                                "GET",
                                "/route",
                                TAG,
                                "Find which location a request would match, and why",
                                this::route)
                        .requiredQuery("url", "string", "Absolute http or https URL.")
                        .query("method", "string", "GET without.")
                        .query("header", "strings", "Name: value; may be repeated.")
                        .answer(200, "The match and the locations that lost.", "route-answer")
                        .problem(400, "A parameter is missing or cannot be read."));
    }

    private Reply status() {
        return Reply.json(control.status());
    }

    private Reply drain(boolean on) {
        control.drain(on);
        return status();
    }

    private Reply route(Call call) throws ApiException {
        String url = call.query("url");
        if (url == null || url.isBlank()) {
            throw ApiException.badRequest("url: missing (expected: an absolute http or https URL)");
        }
        String method = call.query("method");
        try {
            return Reply.json(
                    control.route(
                            url.strip(),
                            method == null || method.isBlank() ? "GET" : method.strip(),
                            headers(call)));
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("url: " + e.getMessage());
        }
    }

    private static Map<String, String> headers(Call call) throws ApiException {
        Map<String, String> headers = new LinkedHashMap<>();
        String[] lines = call.request().getParameterValues("header");
        for (String line : lines == null ? new String[0] : lines) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw ApiException.badRequest("header: " + line + " (expected: Name: value)");
            }
            headers.merge(
                    line.substring(0, colon).strip(),
                    line.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        return headers;
    }
}
