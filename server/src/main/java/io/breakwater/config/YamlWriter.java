package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/// Writes documents as YAML: values in one line where they fit, texts of several lines as blocks,
/// and the defaults of absent settings as comments.
final class YamlWriter {
    private static final int WIDEST = 100;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
    private static final Set<String> WORDS =
            Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

    private final StringBuilder out = new StringBuilder();

    private YamlWriter() {}

    static String write(Document document) {
        YamlWriter writer = new YamlWriter();
        for (Kind kind : Kind.values()) {
            if (document.of(kind).isEmpty()) continue;
            writer.out.append(kind.key()).append(":\n");
            document.of(kind).forEach((name, body) -> writer.object(kind, name, body));
        }
        return writer.out.toString();
    }

    private void object(Kind kind, String name, ObjectNode body) {
        ObjectNode fields = Layout.ordered(kind, body);
        out.append("  ").append(word(name)).append(fields.isEmpty() ? ": {}\n" : ":\n");
        fields.forEachEntry((key, value) -> field("    ", key, value));
        Layout.absent(kind, body)
                .forEach((setting, value) ->
                        out.append("    # ")
                                .append(setting)
                                .append(": ")
                                .append(inline(value))
                                .append('\n'));
    }

    private void field(String indent, String key, JsonNode value) {
        if (value.isNull()) return;
        String start = indent + word(key) + ":";
        if (isBlock(value)) {
            out.append(start).append(" |").append(chomp(value.textValue())).append('\n');
            block(indent + "  ", value.textValue());
            return;
        }
        String line = inline(value);
        boolean wide = start.length() + line.length() >= WIDEST || hasBlock(value);
        if (wide && value instanceof ObjectNode table && !table.isEmpty()) {
            out.append(start).append('\n');
            table.forEachEntry((name, inner) -> field(indent + "  ", name, inner));
        } else if (wide && value instanceof ArrayNode list && !list.isEmpty()) {
            out.append(start).append('\n');
            for (JsonNode element : list)
                if (!element.isNull())
                    out.append(indent).append("  - ").append(inline(element)).append('\n');
        } else out.append(start).append(' ').append(line).append('\n');
    }

    private void block(String indent, String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\n') end--;
        for (String line : text.substring(0, end).split("\n", -1))
            out.append(line.isEmpty() ? "" : indent + line).append('\n');
        for (int i = end + 1; i < text.length(); i++) out.append('\n');
    }

    private static String chomp(String text) {
        if (!text.endsWith("\n")) return "-";
        return text.endsWith("\n\n") ? "+" : "";
    }

    private static boolean hasBlock(JsonNode value) {
        if (value instanceof ObjectNode)
            for (JsonNode element : value) if (isBlock(element) || hasBlock(element)) return true;
        return false;
    }

    /// Whether a text can stand as a block, line by line as it is.
    private static boolean isBlock(JsonNode value) {
        if (!value.isTextual()) return false;
        String text = value.textValue();
        return text.indexOf('\n') > 0
                && !text.isBlank()
                && text.charAt(0) != ' '
                && text.chars().noneMatch(c -> c != '\n' && needsEscape(c))
                && text.lines().noneMatch(line -> line.isBlank() && !line.isEmpty());
    }

    private static String inline(JsonNode value) {
        return switch (value) {
            case ObjectNode table -> {
                StringJoiner joined = new StringJoiner(", ", "{ ", " }").setEmptyValue("{}");
                table.forEachEntry((name, inner) -> {
                    if (!inner.isNull()) joined.add(word(name) + ": " + inline(inner));
                });
                yield joined.toString();
            }
            case ArrayNode list -> {
                StringJoiner joined = new StringJoiner(", ", "[", "]");
                for (JsonNode element : list) if (!element.isNull()) joined.add(inline(element));
                yield joined.toString();
            }
            default -> scalar(value);
        };
    }

    private static String scalar(JsonNode value) {
        if (value.isTextual()) return word(value.textValue());
        if (!value.isDouble()) return value.toString();
        double number = value.doubleValue();
        if (Double.isNaN(number)) return ".nan";
        if (Double.isInfinite(number)) return number > 0 ? ".inf" : "-.inf";
        return Double.toString(number);
    }

    private static String word(String text) {
        boolean plain =
                PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
        if (plain) return text;
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (needsEscape(c)) quoted.append(String.format("\\u%04X", (int) c));
                    else quoted.append(c);
                }
            }
        }
        return quoted.append('"').toString();
    }

    // YAML 1.1 §5.1: the characters that may not stand as they are, and those that break lines.
    private static boolean needsEscape(int c) {
        return c < ' '
                || (c >= 0x7f && c < 0xa0)
                || c == 0x2028
                || c == 0x2029
                || c == 0xfeff
                || c == 0xfffe
                || c == 0xffff;
    }
}
