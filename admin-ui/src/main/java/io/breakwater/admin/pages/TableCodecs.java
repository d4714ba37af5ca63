package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Setting;
import io.breakwater.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Codecs of settings whose value is a table. Keys inside the table that have no input are kept.
final class TableCodecs {
    private static final Pattern HEADER_LINE =
            Pattern.compile(
                    "(?:(set|add|default)\\s+)?([^\\s:]+)\\s*:(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern REMOVE_LINE =
            Pattern.compile("remove\\s+(\\S+)", Pattern.CASE_INSENSITIVE);
    private static final String HEADER_FORMS =
            "lines such as \"set Name: value\", \"add Name: value\", \"default Name: value\" or"
                    + " \"remove Name\"";

    private TableCodecs() {}

    private static ObjectNode copyOf(@Nullable JsonNode before) {
        return before instanceof ObjectNode object ? object.deepCopy() : JsonText.empty();
    }

    private static void put(ObjectNode table, String key, @Nullable JsonNode value) {
        if (value == null) table.remove(key);
        else table.set(key, value);
    }

    private static @Nullable JsonNode words(String text) {
        return text.isBlank() ? null : TextNode.valueOf(text);
    }

    /// Nodes or shares, one per line: the address or the name, then `key=value` for what differs
    /// from the default.
    record EntryLines() implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            int rows = Math.clamp(typed.lines("").size() + 1L, 3, 14);
            return List.of(Slot.area("", "", rows, ""));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            List<String> lines = new ArrayList<>();
            if (value != null && value.isArray())
                value.forEach(entry -> lines.add(line(first(setting), entry)));
            return Typed.of(String.join("\n", lines));
        }

        /// The part that a line begins with, such as `address`.
        private static String first(Setting setting) {
            String key = Settings.partsOf(setting.kind(), setting.key()).getFirst().key();
            return key.substring(setting.key().length() + 1);
        }

        /// An entry as it is typed.
        static String line(String first, JsonNode entry) {
            if (!(entry instanceof ObjectNode table)) return PlainCodecs.text(entry);
            if (!table.path(first).isTextual()) return table.toString();
            StringBuilder line = new StringBuilder(table.path(first).asText());
            for (Map.Entry<String, JsonNode> field : table.properties()) {
                if (field.getKey().equals(first)) continue;
                JsonNode value = field.getValue();
                // A value that would not come back from a line is shown whole, as JSON.
                if (!value.isValueNode() || value.asText().matches(".*[\\s=].*"))
                    return table.toString();
                line.append(' ').append(field.getKey());
                if (!value.isBoolean() || !value.booleanValue())
                    line.append('=').append(value.asText());
            }
            return line.toString();
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before)
                throws Unreadable {
            ArrayNode entries = JsonText.empty().arrayNode();
            for (String line : typed.lines("")) entries.add(entry(setting, line));
            return entries.isEmpty() ? null : entries;
        }

        private static JsonNode entry(Setting setting, String line) throws Unreadable {
            if (line.startsWith("{")) {
                if (JsonText.parse(line) instanceof ObjectNode table) return table;
                throw new Unreadable(line, Wording.example(setting) + ", or a table as JSON");
            }
            String[] parts = line.split("\\s+", -1);
            if (parts.length == 1) return TextNode.valueOf(line);
            ObjectNode table = JsonText.empty().put(first(setting), parts[0]);
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                if (equals < 0) table.put(parts[i], true);
                else
                    table.set(
                            parts[i].substring(0, equals), scalar(parts[i].substring(equals + 1)));
            }
            return table;
        }

        private static JsonNode scalar(String text) {
            if (text.equals("true") || text.equals("false"))
                return BooleanNode.valueOf(text.equals("true"));
            JsonNode number = PlainCodecs.number(text);
            return number == null ? TextNode.valueOf("") : number;
        }
    }

    /// Operations on header fields, one per line.
    record HeaderLines() implements Codec {
        private static final List<String> OPERATIONS = List.of("set", "add", "default");

        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            int rows = Math.clamp(typed.lines("").size() + 1L, 3, 14);
            return List.of(Slot.area("", "", rows, ""));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            if (value == null) return Typed.of("");
            String lines = value instanceof ObjectNode table ? lines(table) : null;
            return Typed.of(lines == null ? JsonText.pretty(value) : lines);
        }

        /// The lines, or null when the table holds what lines cannot say.
        private static @Nullable String lines(ObjectNode table) {
            List<String> lines = new ArrayList<>();
            for (Map.Entry<String, JsonNode> operation : table.properties()) {
                JsonNode fields = operation.getValue();
                if (operation.getKey().equals("remove"))
                    PlainCodecs.items(fields).forEach(name -> lines.add("remove " + name));
                else if (OPERATIONS.contains(operation.getKey()) && fields.isObject())
                    for (Map.Entry<String, JsonNode> field : fields.properties()) {
                        String text = field.getValue().asText();
                        if (!field.getValue().isValueNode() || text.contains("\n")) return null;
                        lines.add(operation.getKey() + " " + field.getKey() + ": " + text);
                    }
                else return null;
            }
            return String.join("\n", lines);
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before)
                throws Unreadable {
            String text = typed.text("").strip();
            if (text.isEmpty()) return null;
            if (text.startsWith("{")) {
                JsonNode node = JsonText.parse(text);
                if (node == null) throw new Unreadable(text, HEADER_FORMS + ", or JSON");
                return node;
            }
            ObjectNode table = JsonText.empty();
            for (String line : typed.lines("")) add(table, line);
            return table;
        }

        private static void add(ObjectNode table, String line) throws Unreadable {
            Matcher removal = REMOVE_LINE.matcher(line);
            if (removal.matches()) {
                table.withArray("remove").add(removal.group(1));
                return;
            }
            Matcher header = HEADER_LINE.matcher(line);
            if (!header.matches()) throw new Unreadable(line, HEADER_FORMS);
            String operation =
                    header.group(1) == null ? "set" : header.group(1).toLowerCase(Locale.ROOT);
            table.withObject("/" + operation).put(header.group(2), header.group(3).strip());
        }
    }

    /// Times by status or class, one per line.
    record StatusTimes() implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            int rows = Math.clamp(typed.lines("").size() + 1L, 3, 14);
            return List.of(Slot.area("", "", rows, ""));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            if (!(value instanceof ObjectNode table)) return Typed.of(PlainCodecs.text(value));
            List<String> lines = new ArrayList<>();
            for (Map.Entry<String, JsonNode> time : table.properties())
                lines.add(time.getKey() + ": " + PlainCodecs.text(time.getValue()));
            return Typed.of(String.join("\n", lines));
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before)
                throws Unreadable {
            ObjectNode table = JsonText.empty();
            for (String line : typed.lines("")) {
                int colon = line.indexOf(':');
                if (colon < 1) throw new Unreadable(line, "lines such as \"404: 1m\"");
                table.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            }
            return table.isEmpty() ? null : table;
        }
    }

    /// Templates by status or class; one row more than there are entries.
    record StatusTemplates() implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            List<Slot> slots = new ArrayList<>();
            for (int i = 0; i <= rows(typed); i++) {
                slots.add(Slot.line(i + "/status", "status or class", "404 or 5xx"));
                slots.add(Slot.area(i + "/html", "html", 3, ""));
                slots.add(Slot.area(i + "/json", "json", 2, ""));
            }
            return slots;
        }

        private static int rows(Typed typed) {
            int rows = 0;
            while (!typed.text(rows + "/status").isBlank()
                    || !typed.text(rows + "/html").isBlank()
                    || !typed.text(rows + "/json").isBlank()) rows++;
            return rows;
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            Map<String, List<String>> texts = new LinkedHashMap<>();
            int row = 0;
            if (value instanceof ObjectNode table)
                for (Map.Entry<String, JsonNode> entry : table.properties()) {
                    JsonNode templates = entry.getValue();
                    boolean plain = templates.isTextual();
                    texts.put(row + "/status", List.of(entry.getKey()));
                    texts.put(
                            row + "/html",
                            List.of(PlainCodecs.text(plain ? templates : templates.get("html"))));
                    texts.put(row + "/json", List.of(PlainCodecs.text(templates.get("json"))));
                    row++;
                }
            return new Typed(texts);
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before)
                throws Unreadable {
            ObjectNode table = JsonText.empty();
            for (int i = 0; i < rows(typed); i++) {
                String status = typed.text(i + "/status").strip();
                ObjectNode templates =
                        copyOf(before == null || status.isEmpty() ? null : before.get(status));
                put(templates, "html", words(typed.text(i + "/html")));
                put(templates, "json", words(typed.text(i + "/json")));
                if (templates.isEmpty()) continue;
                if (status.isEmpty())
                    throw new Unreadable("", "a status (404) or class (5xx) for each template");
                table.set(status, templates);
            }
            return table.isEmpty() ? null : table;
        }
    }
}
