package io.breakwater.admin.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One route: how it is found, what it does, and what the OpenAPI document says of it.
///
/// @param method `GET`, `PUT`, `POST` or `DELETE`
/// @param path below `/api/v1`, such as `/revisions/{number}`
/// @param tag the group in the document
/// @param summary one line
/// @param open whether it needs no credentials
/// @param parameters query and header parameters
/// @param body the request body, null for none
/// @param answers what it answers by status, besides problems
/// @param problems problem statuses with their meaning
/// @param action what it does
record Route(
        String method,
        String path,
        String tag,
        String summary,
        boolean open,
        List<Parameter> parameters,
        @Nullable Content body,
        Map<Integer, Content> answers,
        Map<Integer, String> problems,
        Action action) {
    static final List<String> DOCUMENT_TYPES =
            List.of("application/json", "application/toml", "application/yaml");

    Route {
        parameters = List.copyOf(parameters);
        answers = new TreeMap<>(answers);
        problems = new TreeMap<>(problems);
    }

    static Route of(String method, String path, String tag, String summary, Action action) {
        return new Route(
                method, path, tag, summary, false, List.of(), null, Map.of(), Map.of(), action);
    }

    /// The same route for everybody.
    Route forAll() {
        return new Route(
                method, path, tag, summary, true, parameters, body, answers, problems, action);
    }

    Route query(String name, String type, String description) {
        return parameter(new Parameter(name, "query", false, type, description));
    }

    Route requiredQuery(String name, String type, String description) {
        return parameter(new Parameter(name, "query", true, type, description));
    }

    /// Adds the parameters of a read that has a tag.
    Route tagged() {
        return parameter(
                        new Parameter(
                                "If-None-Match",
                                "header",
                                false,
                                "string",
                                "The ETag of an earlier answer: 304 when nothing changed."))
                .answer(304, "Nothing changed.", List.of(), null);
    }

    /// Adds the parameters and answers that all writes have.
    Route write() {
        return query("comment", "string", "Why, for the history. At most 1000 characters.")
                .answer(200, "It is in force, or was so already.", "applied")
                .problem(
                        422,
                        "The configuration would not be valid, or cannot take effect. Nothing"
                                + " changed.");
    }

    /// Adds `If-Match`.
    Route ifMatch() {
        return parameter(
                        new Parameter(
                                "If-Match",
                                "header",
                                false,
                                "string",
                                "The ETag that the change starts from; * for any. Without it the"
                                        + " last write wins."))
                .problem(
                        412,
                        "Somebody else changed it: `etag`, `revision`, `current` and `sent` hold"
                                + " both versions. Nothing changed.");
    }

    Route parameter(Parameter parameter) {
        List<Parameter> more = new ArrayList<>(parameters);
        more.add(parameter);
        return new Route(method, path, tag, summary, open, more, body, answers, problems, action);
    }

    Route takes(String description, List<String> types, String schema) {
        Content content = new Content(description, types, schema);
        return new Route(
                        method,
                        path,
                        tag,
                        summary,
                        open,
                        parameters,
                        content,
                        answers,
                        problems,
                        action)
                .problem(400, "The body or a parameter cannot be read.")
                .problem(413, "The body is larger than 10 MB.")
                .problem(415, "The body's media type is not known.");
    }

    Route answer(int status, String description, String schema) {
        return answer(status, description, List.of("application/json"), schema);
    }

    Route answer(int status, String description, List<String> types, @Nullable String schema) {
        Map<Integer, Content> more = new TreeMap<>(answers);
        more.put(status, new Content(description, types, schema));
        return new Route(
                method, path, tag, summary, open, parameters, body, more, problems, action);
    }

    Route problem(int status, String description) {
        Map<Integer, String> more = new TreeMap<>(problems);
        more.put(status, description);
        return new Route(method, path, tag, summary, open, parameters, body, answers, more, action);
    }

    /// The names in braces.
    List<String> variables() {
        List<String> names = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (isVariable(segment)) {
                names.add(segment.substring(1, segment.length() - 1));
            }
        }
        return names;
    }

    static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }

    /// What a route does.
    @FunctionalInterface
    interface Action {
        /// Runs on a virtual thread; may block.
        Reply run(Call call) throws ApiException, IOException;
    }

    /// A parameter.
    ///
    /// @param name its name
    /// @param in `query` or `header`
    /// @param required whether it must be there
    /// @param type `string`, `integer`, `boolean`, or `strings` for one that repeats
    /// @param description a sentence
    record Parameter(String name, String in, boolean required, String type, String description) {}

    /// A body.
    ///
    /// @param description a sentence
    /// @param types media types, empty for no body
    /// @param schema name of its schema, null for plain text
    record Content(String description, List<String> types, @Nullable String schema) {}
}
