package io.breakwater.admin.api;

import io.breakwater.control.Control;
import java.util.Map;

/// The copies that locations make of their requests.
final class MirrorsResource {
    private MirrorsResource() {}

    static Route route(Control control) {
        return Route.of(
                        "GET",
                        "/mirrors",
                        "mirrors",
                        "What became of the copies of requests that locations make",
                        call -> Reply.json(Map.of("items", control.mirrors())))
                .answer(200, "One per location with a mirror.", "mirror-list");
    }
}
