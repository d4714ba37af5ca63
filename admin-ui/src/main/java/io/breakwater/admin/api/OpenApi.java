package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Writes the OpenAPI 3.1 document from the route table and the setting table.
final class OpenApi {
    private static final String DESCRIPTION =
            """
            Everything the console does. Sign in with `Authorization: Bearer TOKEN`, with Basic, or with the \
            console's session cookie; with the cookie each change carries the session's token in \
            `X-CSRF-Token`. Errors are RFC 9457 problems. Lists are `{"items": [...]}`; object lists also say \
            the `revision` they belong to. Reads carry an `ETag`; writes take it as `If-Match` and answer 412 \
            when somebody else was faster. Keys are dashed as in the configuration.\
            """;

    private OpenApi() {}

    /// The document's own route. The document is made once, from the other routes and this one.
    static List<Route> routes(List<Route> others) {
        List<Route> all = new ArrayList<>(others);
        // The action needs the document, which needs the route: filled in below, before any
        // request.
        byte[][] document = new byte[1][];
        Route own =
                Route.of(
                                "GET",
                                "/openapi.json",
                                "process",
                                "Read this document",
                                _ -> new Reply(200, "application/json", document[0], Map.of()))
                        .forAll()
                        .answer(200, "OpenAPI 3.1.", "anything");
        all.add(own);
        document[0] = Json.bytes(document(all));
        return List.of(own);
    }

    private static ObjectNode document(List<Route> routes) {
        ObjectNode root = Json.object().put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Breakwater")
                .put("version", "1")
                .put("description", DESCRIPTION);
        root.putArray("servers").addObject().put("url", ApiServlet.BASE);
        ArrayNode security = root.putArray("security");
        for (String scheme : List.of("token", "password", "session")) {
            security.addObject().putArray(scheme);
        }
        Set<String> tags = new LinkedHashSet<>();
        routes.forEach(route -> tags.add(route.tag()));
        ArrayNode tagList = root.putArray("tags");
        tags.forEach(tag -> tagList.addObject().put("name", tag));
        ObjectNode paths = root.putObject("paths");
        for (Route route : routes) {
            paths.withObjectProperty(route.path())
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        ObjectNode components = root.putObject("components");
        components.set("schemas", Schemas.all());
        components.set("securitySchemes", securitySchemes());
        return root;
    }

    private static ObjectNode operation(Route route) {
        ObjectNode operation = Json.object();
        operation.putArray("tags").add(route.tag());
        operation.put("summary", route.summary());
        operation.put("operationId", operationId(route));
        if (route.open()) {
            operation.putArray("security");
        }
        ArrayNode parameters = Json.object().arrayNode();
        for (String name : route.variables()) {
            parameter(
                    parameters,
                    new Route.Parameter(
                            name, "path", true, variableType(name), variableText(name)));
        }
        route.parameters().forEach(parameter -> parameter(parameters, parameter));
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        Route.Content body = route.body();
        if (body != null) {
            ObjectNode request = operation.putObject("requestBody").put("required", true);
            content(request, body);
        }
        ObjectNode responses = operation.putObject("responses");
        route.answers()
                .forEach((status, content) ->
                        content(responses.putObject(status.toString()), content));
        route.problems()
                .forEach((status, text) -> problem(responses.putObject(status.toString()), text));
        if (!route.open()) {
            problem(responses.putObject("401"), "The credentials are missing or wrong.");
        }
        problem(responses.putObject("default"), "Any other problem.");
        return operation;
    }

    private static void parameter(ArrayNode parameters, Route.Parameter parameter) {
        ObjectNode node =
                parameters
                        .addObject()
                        .put("name", parameter.name())
                        .put("in", parameter.in())
                        .put("required", parameter.required())
                        .put("description", parameter.description());
        ObjectNode schema = node.putObject("schema");
        if (parameter.type().equals("strings")) {
            schema.put("type", "array").putObject("items").put("type", "string");
            node.put("explode", true);
        } else {
            schema.put("type", parameter.type());
        }
    }

    private static void content(ObjectNode target, Route.Content content) {
        target.put("description", content.description());
        if (content.types().isEmpty()) {
            return;
        }
        ObjectNode types = target.putObject("content");
        for (String type : content.types()) {
            ObjectNode schema = types.putObject(type).putObject("schema");
            String name = content.schema();
            if (name == null) {
                schema.put("type", "string");
            } else {
                schema.put("$ref", Schemas.ref(name));
            }
        }
    }

    private static void problem(ObjectNode target, String description) {
        target.put("description", description);
        target.putObject("content")
                .putObject("application/problem+json")
                .putObject("schema")
                .put("$ref", Schemas.ref("problem"));
    }

    private static ObjectNode securitySchemes() {
        ObjectNode schemes = Json.object();
        schemes.putObject("token").put("type", "http").put("scheme", "bearer");
        schemes.putObject("password").put("type", "http").put("scheme", "basic");
        schemes.putObject("session")
                .put("type", "apiKey")
                .put("in", "cookie")
                .put("name", "bw-session-9180")
                .put(
                        "description",
                        "Set by signing in to the console; the name ends with the console's port."
                                + " Changes also need X-CSRF-Token.");
        return schemes;
    }

    /// For example `put-servers-name`.
    private static String operationId(Route route) {
        return route.method().toLowerCase(Locale.ROOT)
                + route.path().replaceAll("[{}]", "").replace('/', '-').replace('.', '-');
    }

    private static String variableType(String name) {
        return name.equals("number") ? "integer" : "string";
    }

    private static String variableText(String name) {
        return switch (name) {
            case "number" -> "The revision's number.";
            case "address" -> "The node's address as configured.";
            default -> "Its name: [a-z0-9][a-z0-9._-]*.";
        };
    }
}
