package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.DocumentFormat;
import io.breakwater.control.Control;
import java.time.Instant;
import java.util.List;

/// The history.
final class RevisionsResource {
    private static final String TAG = "history";
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 1_000;

    private final Control control;

    RevisionsResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        String one = "/revisions/{number}";
        String none = "There is no such revision.";
        return List.of(
                Route.of("GET", "/revisions", TAG, "List revisions, newest first", this::list)
                        .query("limit", "integer", "1 to 1000; 50 without.")
                        .answer(200, "Their heads.", "revision-list"),
                Route.of("GET", one, TAG, "Read a revision", this::read)
                        .query(
                                "format",
                                "string",
                                "json, toml or yaml: answers its document alone.")
                        .answer(200, "Its head and its document.", "revision")
                        .problem(404, none),
                Route.of("GET", one + "/diff", TAG, "Compare a revision with another", this::diff)
                        .query(
                                "against",
                                "integer",
                                "The revision to start from; the one before without. 0 is empty.")
                        .answer(200, "What changed from there to here.", "revision-diff")
                        .problem(404, none),
                Route.of("POST", one + "/restore", TAG, "Apply a revision anew", this::restore)
                        .write()
                        .problem(404, none));
    }

    static ObjectNode head(Control.Revision revision) {
        return Json.object()
                .put("number", revision.number())
                .put("author", revision.author())
                .put("comment", revision.comment())
                .put("created", Instant.ofEpochMilli(revision.createdMillis()).toString());
    }

    private Reply list(Call call) throws ApiException {
        int limit = (int) call.number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        ObjectNode body = Json.object();
        ArrayNode items = body.putArray("items");
        control.revisions(limit).forEach(revision -> items.add(head(revision)));
        body.put("revision", control.revision());
        return Reply.json(body);
    }

    private Reply read(Call call) throws ApiException {
        long number = call.number("number");
        Control.Revision revision = control.revision(number);
        if (revision == null) {
            throw none(number);
        }
        Document document = documentOf(number);
        String format = call.query("format");
        if (format != null) {
            return ConfigResource.document(document, Call.format(format));
        }
        ObjectNode body = head(revision);
        body.set("document", Json.own(DocumentFormat.JSON.write(document)));
        return Reply.json(body);
    }

    private Reply diff(Call call) throws ApiException {
        long number = call.number("number");
        long against = call.number("against", Math.max(0, number - 1), 0, Long.MAX_VALUE);
        Document to = documentOf(number);
        Document from = against == 0 ? Document.EMPTY : documentOf(against);
        ObjectNode body = Json.object().put("from", against).put("to", number);
        body.set("differences", Json.node(Changes.differences(control.diff(from, to))));
        return Reply.json(body);
    }

    private Reply restore(Call call) throws ApiException {
        long number = call.number("number");
        return Changes.reply(
                control.restore(number, call.change("Restore revision " + number)),
                "revision " + number,
                null);
    }

    private Document documentOf(long number) throws ApiException {
        Document document = control.documentOf(number);
        if (document == null) {
            throw none(number);
        }
        return document;
    }

    private static ApiException none(long number) {
        return ApiException.notFound("there is no revision " + number);
    }
}
