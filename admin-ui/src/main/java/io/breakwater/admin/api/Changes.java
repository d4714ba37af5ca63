package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Problem;
import io.breakwater.control.ApplyResult;
import io.breakwater.control.Control;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of changes, as JSON or problems.
final class Changes {
    private Changes() {}

    /// The answer to a write.
    ///
    /// @param what the thing written, `<kind key>/<name>` for objects
    /// @param sent the version that was sent, null for removals
    static Reply reply(ApplyResult result, String what, @Nullable JsonNode sent)
            throws ApiException {
        return switch (result) {
            case ApplyResult.Applied applied -> {
                Map<String, Object> body = new LinkedHashMap<>();
                body.put("changed", true);
                body.put("revision", applied.revision());
                body.put("millis", applied.millis());
                body.put("differences", differences(applied.differences()));
                yield tagged(Reply.json(body), applied.tag());
            }
            case ApplyResult.Unchanged unchanged -> {
                Map<String, Object> body = new LinkedHashMap<>();
                body.put("changed", false);
                body.put("revision", unchanged.revision());
                body.put("millis", 0);
                body.put("differences", List.of());
                yield tagged(Reply.json(body), unchanged.tag());
            }
            case ApplyResult.Invalid invalid -> throw ApiException.invalid(invalid.problems());
            case ApplyResult.Conflict conflict -> throw conflict(conflict, what, sent);
            case ApplyResult.NotFound _ -> throw ApiException.notFound("there is no " + what);
        };
    }

    static List<Difference> differences(List<Control.Difference> differences) {
        return differences.stream()
                .map(one ->
                        new Difference(
                                one.object(),
                                one.action(),
                                one.fields().stream()
                                        .map(field ->
                                                new Field(
                                                        field.key(),
                                                        value(field.before()),
                                                        value(field.after())))
                                        .toList()))
                .toList();
    }

    /// What a replacement would do.
    static Reply plan(List<Problem> problems, List<Control.Difference> differences) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("valid", problems.isEmpty());
        body.put("errors", new ArrayList<>(problems));
        body.put("differences", differences(differences));
        return Reply.json(body);
    }

    /// An object as reads give it: its name, then its fields.
    static ObjectNode named(String name, ObjectNode fields) {
        ObjectNode all = Json.object();
        all.put("name", name);
        all.setAll(fields);
        return all;
    }

    private static ApiException conflict(
            ApplyResult.Conflict conflict, String what, @Nullable JsonNode sent) {
        ApiException problem =
                new ApiException(
                                412,
                                what
                                        + " was changed by somebody else, or is not in the state"
                                        + " asked for")
                        .with("revision", conflict.revision());
        String tag = conflict.tag();
        if (tag != null) {
            problem.with("etag", Conditions.quoted(tag)).withHeader("ETag", Conditions.quoted(tag));
        }
        ObjectNode current = conflict.current();
        if (current != null) {
            problem.with("current", named(what.substring(what.indexOf('/') + 1), current));
        }
        if (sent != null) {
            problem.with("sent", sent);
        }
        return problem;
    }

    private static Reply tagged(Reply reply, @Nullable String tag) {
        return tag == null ? reply : reply.with("ETag", Conditions.quoted(tag));
    }

    private static @Nullable JsonNode value(@Nullable String json) {
        return json == null ? null : Json.own(json);
    }

    record Difference(String object, Control.Difference.Action action, List<Field> fields) {}

    record Field(String key, @Nullable JsonNode before, @Nullable JsonNode after) {}
}
