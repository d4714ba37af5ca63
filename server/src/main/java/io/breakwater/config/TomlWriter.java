package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/// Writes documents as TOML: one table per object, values in one line where they fit, texts of
/// several lines as they are, and the defaults of absent settings as comments.
final class TomlWriter {
    private static final int WIDEST = 100;
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");

    private final StringBuilder out = new StringBuilder();

    private TomlWriter() {}

    static String write(Document document) {
        TomlWriter writer = new TomlWriter();
        for (Kind kind : Kind.values())
            document.of(kind).forEach((name, body) -> writer.object(kind, name, body));
        return writer.out.toString();
    }

    /// A value as it stands behind `=`, in one line.
    static String inline(JsonNode value) {
        return switch (value) {
            case ObjectNode table -> inlineTable(table);
            case ArrayNode list -> inlineList(list);
            default -> scalar(value);
        };
    }

    private void object(Kind kind, String name, ObjectNode body) {
        String path = kind.key() + "." + key(name);
        header(path);
        Map<String, ObjectNode> below = fields(Layout.ordered(kind, body));
        Layout.absent(kind, body)
                .forEach((setting, value) ->
                        out.append("# ")
                                .append(setting)
                                .append(" = ")
                                .append(inline(value))
                                .append('\n'));
        below.forEach((key, table) -> table(path + "." + key(key), table));
    }

    private void table(String path, ObjectNode table) {
        header(path);
        fields(table).forEach((key, inner) -> table(path + "." + key(key), inner));
    }

    private void header(String path) {
        if (!out.isEmpty()) out.append('\n');
        out.append('[').append(path).append("]\n");
    }

    /// Writes what fits under the header.
    ///
    /// @return the tables that need a header of their own
    private Map<String, ObjectNode> fields(ObjectNode table) {
        Map<String, ObjectNode> below = new LinkedHashMap<>();
        table.forEachEntry((name, value) -> {
            if (value.isNull()) return;
            String start = key(name) + " = ";
            if (value instanceof ObjectNode inner && !fits(start, inner)) below.put(name, inner);
            else out.append(start).append(wide(start, value)).append('\n');
        });
        return below;
    }

    private static boolean fits(String start, ObjectNode table) {
        return !hasLines(table) && start.length() + inline(table).length() <= WIDEST;
    }

    private static boolean hasLines(JsonNode value) {
        if (value.isTextual()) return value.textValue().indexOf('\n') >= 0;
        for (JsonNode element : value) if (hasLines(element)) return true;
        return false;
    }

    /// A value that may take several lines.
    private static String wide(String start, JsonNode value) {
        if (value.isTextual() && value.textValue().indexOf('\n') >= 0)
            return lines(value.textValue());
        String line = inline(value);
        if (!(value instanceof ArrayNode list) || start.length() + line.length() <= WIDEST)
            return line;
        List<String> elements = new ArrayList<>();
        for (JsonNode element : list)
            if (!element.isNull()) elements.add("  " + inline(element) + ",\n");
        return "[\n" + String.join("", elements) + "]";
    }

    private static String inlineTable(ObjectNode table) {
        StringJoiner joined = new StringJoiner(", ", "{ ", " }").setEmptyValue("{}");
        table.forEachEntry((name, value) -> {
            if (!value.isNull()) joined.add(key(name) + " = " + inline(value));
        });
        return joined.toString();
    }

    private static String inlineList(ArrayNode list) {
        StringJoiner joined = new StringJoiner(", ", "[", "]");
        for (JsonNode element : list) if (!element.isNull()) joined.add(inline(element));
        return joined.toString();
    }

    private static String scalar(JsonNode value) {
        if (value.isTextual()) return quoted(value.textValue());
        if (!value.isDouble()) return value.toString();
        double number = value.doubleValue();
        if (Double.isNaN(number)) return "nan";
        if (Double.isInfinite(number)) return number > 0 ? "inf" : "-inf";
        return Double.toString(number);
    }

    private static String key(String name) {
        return BARE.matcher(name).matches() ? name : quoted(name);
    }

    private static String quoted(String text) {
        // A literal string keeps regular expressions readable.
        boolean literal =
                text.indexOf('\\') >= 0
                        && text.indexOf('\'') < 0
                        && text.chars().noneMatch(TomlWriter::needsEscape);
        if (literal) return "'" + text + "'";
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') quoted.append("\\\"");
            else escape(c, quoted);
        }
        return quoted.append('"').toString();
    }

    /// A text of several lines. The line break after the opening quotes is not part of it.
    private static String lines(String text) {
        boolean literal =
                !text.contains("'''")
                        && !text.endsWith("'")
                        && text.chars().noneMatch(c -> c != '\n' && needsEscape(c));
        if (literal) return "'''\n" + text + "'''";
        StringBuilder lines = new StringBuilder(text.length() + 8).append("\"\"\"\n");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') lines.append('\n');
            else if (c == '"' && (i + 1 == text.length() || text.charAt(i + 1) == '"'))
                lines.append("\\\"");
            else escape(c, lines);
        }
        return lines.append("\"\"\"").toString();
    }

    private static boolean needsEscape(int c) {
        return (c < ' ' && c != '\t') || c == 0x7f;
    }

    private static void escape(char c, StringBuilder out) {
        switch (c) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            default -> {
                if (needsEscape(c)) out.append(String.format("\\u%04X", (int) c));
                else out.append(c);
            }
        }
    }
}
