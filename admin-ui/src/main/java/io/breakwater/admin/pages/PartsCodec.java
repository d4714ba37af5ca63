package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Kind;
import io.breakwater.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A table whose parts are settings of their own, one input each. Keys that have no input are kept.
/// When a text may stand for the table's first part, it does so wherever nothing else is set.
///
/// @param parts the settings with dotted keys
/// @param names what inputs offer
record PartsCodec(List<Setting> parts, Names names) implements Codec {
    private static final List<Slot.Option> FLAGS =
            List.of(Slot.Option.of("true"), Slot.Option.of("false"));

    @Override
    public List<Slot> slots(Setting setting, Typed typed) {
        return parts.stream().map(part -> slot(part, typed.text(name(part)))).toList();
    }

    private Slot slot(Setting part, String text) {
        String name = name(part);
        int rows = Math.clamp(text.lines().count() + 1, 2, 12);
        String usual = PlainCodecs.text(part.defaultValue());
        if (part.reference() == Kind.LOG_FORMAT) {
            List<Slot.Option> options = new ArrayList<>(names.formats());
            options.add(new Slot.Option("off", "off (no log)"));
            return Slot.select(name, name, Names.selectable("default: " + usual, options, text));
        }
        if (part.reference() == Kind.UPSTREAM)
            return Slot.select(name, name, Names.selectable("none", names.of(Kind.UPSTREAM), text));
        if (part.type() == Setting.Type.FLAG)
            return Slot.select(name, name, Names.selectable("default: " + usual, FLAGS, text));
        if (!part.choices().isEmpty()) {
            List<Slot.Option> options = part.choices().stream().map(Slot.Option::of).toList();
            return Slot.select(name, name, Names.selectable("default: " + usual, options, text));
        }
        return switch (part.type()) {
            case LONG_TEXT, SECRET -> Slot.area(name, name, rows, "");
            case TEXT_LIST, CHOICE_LIST ->
                    Slot.area(name, name + ", one per line", rows, items(part.defaultValue()));
            case TABLE ->
                    isPairs(part)
                            ? Slot.area(name, name + ", one per line", rows, "old text => new text")
                            : Slot.area(name, name + ", one per line", rows, "Name: value");
            case TEXT, FLAG, INTEGER, DECIMAL, DURATION, SIZE, CHOICE, NODE_LIST ->
                    Slot.line(name, name, usual);
        };
    }

    @Override
    public Typed show(Setting setting, @Nullable JsonNode value) {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (Setting part : parts) {
            JsonNode inner = value == null ? null : value.get(name(part));
            if (value != null && !value.isObject() && part.equals(parts.getFirst())) inner = value;
            texts.put(name(part), List.of(shown(part, inner)));
        }
        return new Typed(texts);
    }

    private static String shown(Setting part, @Nullable JsonNode value) {
        if (value == null) return "";
        if (part.type() == Setting.Type.TEXT_LIST) return items(value);
        if (part.type() != Setting.Type.TABLE) return PlainCodecs.text(value);
        List<String> lines = new ArrayList<>();
        if (isPairs(part))
            for (JsonNode pair : value)
                lines.add(pair.path("from").asText() + " => " + pair.path("to").asText());
        else
            for (Map.Entry<String, JsonNode> field : value.properties())
                lines.add(field.getKey() + ": " + PlainCodecs.text(field.getValue()));
        return String.join("\n", lines);
    }

    @Override
    public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before)
            throws Unreadable {
        if (typed.isBlank()) return null;
        ObjectNode table =
                before instanceof ObjectNode object ? object.deepCopy() : JsonText.empty();
        for (Setting part : parts) {
            JsonNode value = read(part, typed.text(name(part)));
            if (value == null) table.remove(name(part));
            else table.set(name(part), value);
        }
        JsonNode first = table.get(name(parts.getFirst()));
        JsonNode usual = setting.defaultValue();
        boolean textWillDo = usual != null && usual.isTextual();
        return textWillDo && table.size() == 1 && first != null ? first : table;
    }

    private static @Nullable JsonNode read(Setting part, String text) throws Unreadable {
        if (text.isBlank()) return null;
        return switch (part.type()) {
            case INTEGER, DECIMAL -> PlainCodecs.number(text);
            case FLAG -> BooleanNode.valueOf(text.equals("true"));
            case LONG_TEXT, SECRET -> TextNode.valueOf(text);
            case TEXT_LIST, CHOICE_LIST -> PlainCodecs.array(Typed.of(text).lines(""));
            case TABLE -> isPairs(part) ? pairs(text) : fields(text);
            case TEXT, DURATION, SIZE, CHOICE, NODE_LIST -> TextNode.valueOf(text.strip());
        };
    }

    private static ObjectNode fields(String text) throws Unreadable {
        ObjectNode table = JsonText.empty();
        for (String line : Typed.of(text).lines("")) {
            int colon = line.indexOf(':');
            if (colon < 1) throw new Unreadable(line, "lines such as \"Name: value\"");
            table.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return table;
    }

    private static ArrayNode pairs(String text) throws Unreadable {
        ArrayNode pairs = JsonText.empty().arrayNode();
        for (String line : Typed.of(text).lines("")) {
            int arrow = line.indexOf("=>");
            if (arrow < 1) throw new Unreadable(line, "lines such as \"old text => new text\"");
            pairs.addObject()
                    .put("from", line.substring(0, arrow).strip())
                    .put("to", line.substring(arrow + 2).strip());
        }
        return pairs;
    }

    private static boolean isPairs(Setting part) {
        return part.key().equals("transform.replace");
    }

    private static String items(@Nullable JsonNode value) {
        return String.join("\n", PlainCodecs.items(value));
    }

    private static String name(Setting part) {
        return part.key().substring(part.key().lastIndexOf('.') + 1);
    }
}
