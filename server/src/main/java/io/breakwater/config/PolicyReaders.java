package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.ErrorPageConfig.Templates;
import io.breakwater.config.LogFormatConfig.Rotate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads error pages and log formats.
final class PolicyReaders {
    private PolicyReaders() {}

    static ErrorPageConfig errorPage(String name, Fields fields) {
        return new ErrorPageConfig(
                name,
                fields.flag("enabled"),
                fields.text("note"),
                fields.textOrNull("html"),
                fields.textOrNull("json"),
                byStatus(fields));
    }

    private static Map<String, Templates> byStatus(Fields fields) {
        Map<String, Templates> templates = new LinkedHashMap<>();
        JsonNode written = fields.raw("status");
        if (written == null) return templates;
        if (!(written instanceof ObjectNode table)) {
            fields.problem(
                    "status", written, "a table by status, such as { \"404\" = { html = \"\" } }");
            return templates;
        }
        table.forEachEntry((status, value) -> {
            String key = "status." + status;
            if (!status.matches("[45]\\d\\d|[45]xx"))
                fields.problem(key, status, "a status from 400 to 599, 4xx or 5xx");
            else if (value instanceof ObjectNode body)
                templates.put(status, templates(fields, key, body));
            else fields.problem(key, value, "a table of html and json");
        });
        return templates;
    }

    private static Templates templates(Fields fields, String key, ObjectNode body) {
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        body.forEachEntry((name, value) -> {
            String where = key + "." + name;
            if (!name.equals("html") && !name.equals("json"))
                fields.problem(
                        where,
                        value,
                        "a known key; nearest: " + Nearest.of(name, List.of("html", "json")));
            else if (value.isTextual()) texts.put(name, value.textValue());
            else if (!value.isNull()) fields.problem(where, value, "text");
        });
        return new Templates(texts.get("html"), texts.get("json"));
    }

    static LogFormatConfig logFormat(String name, Fields fields) {
        Rotation rotation = rotation(fields);
        Only only = only(fields);
        String format = fields.text("format");
        if (fields.has("format") && format.isBlank())
            fields.problem("format", format, "a template or a built-in format");
        return new LogFormatConfig(
                name,
                fields.flag("enabled"),
                fields.text("note"),
                format,
                LogFile.read(fields, "file"),
                rotation.when,
                rotation.bytes,
                fields.integer("keep"),
                fields.choice("compress", Compression.class) == Compression.GZIP,
                fields.decimal("sample"),
                only.classes,
                only.slow);
    }

    private static Rotation rotation(Fields fields) {
        String word = fields.text("rotate");
        return switch (word) {
            case "never" -> new Rotation(Rotate.NEVER, 0);
            case "daily" -> new Rotation(Rotate.DAILY, 0);
            case "hourly" -> new Rotation(Rotate.HOURLY, 0);
            default -> bySize(fields, word);
        };
    }

    private static Rotation bySize(Fields fields, String word) {
        try {
            long bytes = Sizes.parse(word);
            if (bytes >= 1024) return new Rotation(Rotate.SIZE, bytes);
            fields.problem("rotate", word, "a size of at least 1kb");
        } catch (IllegalArgumentException e) {
            fields.problem("rotate", word, "never, daily, hourly, or a size such as 100mb");
        }
        return new Rotation(Rotate.NEVER, 0);
    }

    private static Only only(Fields fields) {
        List<Integer> classes = new ArrayList<>();
        Duration slow = null;
        for (String word : fields.texts("only")) {
            if (word.matches("[1-5]xx")) {
                classes.add(word.charAt(0) - '0');
                continue;
            }
            Duration time = slowness(word);
            if (time == null || slow != null)
                fields.problem(
                        "only",
                        word,
                        "status classes such as 4xx and at most one time such as slow:1s");
            else slow = time;
        }
        return new Only(classes.stream().distinct().sorted().toList(), slow);
    }

    private static @Nullable Duration slowness(String word) {
        if (!word.startsWith("slow:")) return null;
        try {
            return Durations.parse(word.substring("slow:".length()));
        } catch (IllegalArgumentException e) {
            return null; // the caller says what is expected
        }
    }

    private enum Compression {
        GZIP,
        OFF
    }

    private record Rotation(Rotate when, long bytes) {}

    private record Only(List<Integer> classes, @Nullable Duration slow) {}
}
