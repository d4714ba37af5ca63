package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.DocumentFormat;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import java.io.IOException;
import java.util.List;

/// The objects of one kind: list, one, write, remove.
final class ObjectsResource {
    private final Control control;
    private final Kind kind;

    ObjectsResource(Control control, Kind kind) {
        this.control = control;
        this.kind = kind;
    }

    List<Route> routes() {
        String one = "/" + kind.key() + "/{name}";
        String schema = schemaOf(kind);
        String label = kind.label();
        String the = "the " + label;
        return List.of(
                Route.of(
                                "GET",
                                "/" + kind.key(),
                                kind.key(),
                                "List all of kind " + label,
                                this::list)
                        .tagged()
                        .answer(200, "All of them by name.", schema + "-list"),
                Route.of("GET", one, kind.key(), "Read " + the, this::read)
                        .tagged()
                        .answer(200, "Its fields; absent ones have their default.", schema)
                        .problem(404, "There is no such " + label + "."),
                Route.of("PUT", one, kind.key(), "Create or replace " + the, this::write)
                        .write()
                        .ifMatch()
                        .parameter(
                                new Route.Parameter(
                                        "If-None-Match",
                                        "header",
                                        false,
                                        "string",
                                        "* to create only."))
                        .query("format", "string", "json, toml or yaml; else Content-Type decides.")
                        .takes(
                                "All fields; absent ones take their default.",
                                Route.DOCUMENT_TYPES,
                                schema)
                        .answer(201, "It is new and in force.", "applied"),
                Route.of("DELETE", one, kind.key(), "Remove " + the, this::remove)
                        .write()
                        .ifMatch()
                        .problem(404, "There is no such " + label + "."));
    }

    static String schemaOf(Kind kind) {
        return kind.label().replace(' ', '-');
    }

    private Reply list(Call call) {
        return Snapshot.read(
                control::revision,
                revision -> {
                    ObjectNode body = Json.object();
                    ArrayNode items = body.putArray("items");
                    control.document()
                            .of(kind)
                            .forEach((name, fields) -> items.add(Changes.named(name, fields)));
                    body.put("revision", revision);
                    return Conditions.tagged(
                            call.request(), Long.toString(revision), Reply.json(body));
                });
    }

    private Reply read(Call call) throws ApiException {
        String name = call.variable("name");
        for (int attempt = 0; attempt < Snapshot.ATTEMPTS; attempt++) {
            String tag = control.tag(kind, name);
            ObjectNode fields = control.document().get(kind, name);
            if (tag == null || fields == null) {
                throw ApiException.notFound("there is no " + object(name));
            }
            if (tag.equals(control.tag(kind, name))) {
                return Conditions.tagged(
                        call.request(), tag, Reply.json(Changes.named(name, fields)));
            }
        }
        throw Snapshot.busy();
    }

    private Reply write(Call call) throws ApiException, IOException {
        String name = call.variable("name");
        ObjectNode body = body(call);
        JsonNode sentName = body.remove("name");
        if (sentName != null && !(sentName.isTextual() && sentName.textValue().equals(name))) {
            throw ApiException.invalid(
                    List.of(
                            new Problem(
                                    object(name),
                                    "name",
                                    Json.text(sentName),
                                    "\"" + name + "\" as in the path, or nothing")));
        }
        String ifTag = Conditions.ifTag(call.request(), control.tag(kind, name));
        ApplyResult result =
                control.put(kind, name, body, ifTag, call.change("Set " + object(name)));
        Reply reply = Changes.reply(result, object(name), Changes.named(name, body));
        return isCreated(result, name)
                ? new Reply(201, reply.type(), reply.body(), reply.headers())
                        .with("Location", ApiServlet.BASE + "/" + object(name))
                : reply;
    }

    private Reply remove(Call call) throws ApiException {
        String name = call.variable("name");
        String ifTag = Conditions.ifTag(call.request(), control.tag(kind, name));
        return Changes.reply(
                control.delete(kind, name, ifTag, call.change("Remove " + object(name))),
                object(name),
                null);
    }

    private boolean isCreated(ApplyResult result, String name) {
        return result instanceof ApplyResult.Applied applied
                && applied.differences().stream()
                        .anyMatch(one ->
                                one.action() == Control.Difference.Action.ADDED
                                        && one.object().equals(object(name)));
    }

    private static ObjectNode body(Call call) throws ApiException, IOException {
        DocumentFormat format = call.bodyFormat();
        String text = call.bodyText();
        try {
            return format.parseFields(text);
        } catch (InvalidConfigException e) {
            throw ApiException.unreadable(e.problems());
        }
    }

    private String object(String name) {
        return kind.key() + "/" + name;
    }
}
