package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.LocationConfig.Forwarded;
import io.breakwater.config.LocationConfig.Redirect;
import io.breakwater.config.LocationConfig.Replace;
import io.breakwater.config.LocationConfig.Respond;
import io.breakwater.config.LocationConfig.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads locations.
final class LocationReader {
    private static final List<String> ANSWERS = List.of("upstream", "split", "respond", "redirect");

    private LocationReader() {}

    static LocationConfig read(String name, Fields fields) {
        oneAnswer(fields);
        Forwarding forwarding = forwarding(fields);
        return new LocationConfig(
                name,
                fields.flag("enabled"),
                fields.text("note"),
                Conditions.hosts(fields),
                Conditions.path(fields),
                Conditions.methods(fields),
                Conditions.of(fields, "match-headers"),
                Conditions.of(fields, "match-query"),
                Conditions.of(fields, "match-cookies"),
                fields.integerOrNull("weight"),
                upstream(fields),
                TrafficReader.split(fields),
                TrafficReader.splitSticky(fields),
                TrafficReader.mirror(fields),
                Conditions.rewrite(fields),
                HeaderFields.operations(fields, "request-headers"),
                HeaderFields.operations(fields, "response-headers"),
                fields.reference("cache", Kind.CACHE_POLICY),
                forwarding.headers,
                forwarding.host,
                respond(fields),
                redirect(fields),
                transform(fields),
                CompressionReader.read(fields),
                fields.size("max-body-size", -1),
                fields.integer("max-concurrent"),
                adaptive(fields),
                fields.durationOrNull("timeout"),
                fields.has("retry") ? Resilience.retry(fields) : null,
                fields.flag("websocket"),
                grpcWeb(fields),
                fields.duration("tunnel-idle-timeout"));
    }

    private static void oneAnswer(Fields fields) {
        List<String> present = ANSWERS.stream().filter(fields::has).toList();
        if (present.isEmpty())
            fields.problem(
                    "upstream", (String) null, "one of upstream, split, respond and redirect");
        for (String extra : present.subList(Math.min(1, present.size()), present.size()))
            fields.problem(
                    extra,
                    fields.raw(extra),
                    "exactly one of upstream, split, respond and redirect; "
                            + present.getFirst()
                            + " is there too");
        if (fields.has("cache") && fields.has("split"))
            fields.problem(
                    "cache",
                    fields.raw("cache"),
                    "absent beside split: clients of one side would get what the other answered");
    }

    private static @Nullable String upstream(Fields fields) {
        String name = fields.textOrNull("upstream");
        // What a captured variable names is known only when a request is there.
        if (name != null && name.indexOf('$') < 0)
            fields.checkReference("upstream", name, Kind.UPSTREAM);
        return name;
    }

    private static boolean grpcWeb(Fields fields) {
        boolean on = fields.flag("grpc-web");
        if (on && !fields.has("upstream") && !fields.has("split"))
            fields.problem("grpc-web", "true", "absent or false without upstream or split");
        return on;
    }

    private static Forwarding forwarding(Fields fields) {
        JsonNode written = fields.raw("forwarded");
        if (written == null || written.isTextual()) {
            Setting setting = Settings.find(Kind.LOCATION, "forwarded");
            String word = fields.text("forwarded");
            if (setting != null && !setting.choices().contains(word)) {
                fields.problem("forwarded", word, "one of " + String.join(", ", setting.choices()));
                return new Forwarding(Forwarded.X_FORWARDED, "preserve");
            }
            return new Forwarding(Fields.constant(word, Forwarded.class), "preserve");
        }
        Fields table = fields.table("forwarded");
        if (table == null) return new Forwarding(Forwarded.X_FORWARDED, "preserve");
        Forwarding forwarding =
                new Forwarding(table.choice("headers", Forwarded.class), table.text("host"));
        if (forwarding.host.isBlank() || HeaderFields.breaksLine(forwarding.host))
            table.problem("host", forwarding.host, "preserve, upstream, or a text of one line");
        table.reportUnknown();
        return forwarding;
    }

    private static @Nullable Respond respond(Fields fields) {
        Fields table = fields.table("respond");
        if (table == null) return null;
        int status = table.integer("status");
        String body = table.text("body");
        if (!body.isEmpty() && (status == 204 || status == 205 || status == 304))
            table.problem("body", body, "no body with status " + status);
        Map<String, String> headers = HeaderFields.texts(table, "headers");
        table.reportUnknown();
        return new Respond(status, body, headers);
    }

    private static @Nullable Redirect redirect(Fields fields) {
        Fields table = fields.table("redirect");
        if (table == null) return null;
        String to = table.text("to");
        if (table.has("to") && (to.isBlank() || HeaderFields.breaksLine(to)))
            table.problem("to", to, "a target such as https://$host$uri");
        int status = table.integer("status");
        table.reportUnknown();
        return new Redirect(to, status);
    }

    private static @Nullable Transform transform(Fields fields) {
        Fields table = fields.table("transform");
        if (table == null) return null;
        List<Replace> replace = replacements(table);
        List<String> types = table.texts("types");
        for (String type : types)
            if (!type.matches("[A-Za-z0-9!#$&^_.+-]+/([A-Za-z0-9!#$&^_.+-]+|\\*)"))
                table.problem("types", type, "a media type such as text/html or text/*");
        table.reportUnknown();
        return new Transform(replace, types);
    }

    private static List<Replace> replacements(Fields transform) {
        List<Replace> replacements = new ArrayList<>();
        JsonNode written = transform.raw("replace");
        if (!(written instanceof ArrayNode list) || list.isEmpty()) {
            transform.problem("replace", written, "a list such as [{ from = \"a\", to = \"b\" }]");
            return replacements;
        }
        for (JsonNode element : list) {
            JsonNode from = element.path("from");
            JsonNode to = element.path("to");
            boolean right =
                    element instanceof ObjectNode
                            && element.size() == 2
                            && from.isTextual()
                            && !from.textValue().isEmpty()
                            && to.isTextual();
            if (right) replacements.add(new Replace(from.textValue(), to.textValue()));
            else
                transform.problem(
                        "replace", element, "a table of two texts, from (not empty) and to");
        }
        return replacements;
    }

    /// The two answers of the key `forwarded`.
    private record Forwarding(Forwarded headers, String host) {}

    private static @Nullable AdaptiveConfig adaptive(Fields fields) {
        if (!fields.has("adaptive-concurrency")
                || Resilience.isOff(fields.raw("adaptive-concurrency"))) return null;
        Fields table = fields.tableOrEmpty("adaptive-concurrency");
        AdaptiveConfig adaptive = new AdaptiveConfig(table.integer("min"), table.integer("max"));
        table.reportUnknown();
        if (adaptive.min() > adaptive.max())
            table.problem("min", String.valueOf(adaptive.min()), "at most max, " + adaptive.max());
        return adaptive;
    }
}
