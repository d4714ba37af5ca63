package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.breakwater.config.Kind;
import io.breakwater.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Codecs of settings whose value is one text, number, flag or list.
final class PlainCodecs {
    private PlainCodecs() {}

    /// The value as it would be typed.
    static String text(@Nullable JsonNode value) {
        if (value == null || value.isNull()) return "";
        return value.isValueNode() ? value.asText() : JsonText.pretty(value);
    }

    /// The items of a list; a single value counts as a list of one.
    static List<String> items(@Nullable JsonNode value) {
        if (value == null || value.isNull()) return List.of();
        if (!value.isArray()) return List.of(text(value));
        List<String> items = new ArrayList<>();
        value.forEach(item -> items.add(item.isValueNode() ? item.asText() : item.toString()));
        return items;
    }

    /// Texts as a JSON list.
    static ArrayNode array(List<String> texts) {
        ArrayNode array = JsonText.empty().arrayNode();
        texts.forEach(array::add);
        return array;
    }

    /// A whole number, or the text when it is none, so that validation can say what it expected.
    static @Nullable JsonNode number(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) return null;
        if (stripped.matches("-?\\d{1,15}\\.\\d{1,9}"))
            return DoubleNode.valueOf(Double.parseDouble(stripped));
        return stripped.matches("-?\\d{1,18}")
                ? LongNode.valueOf(Long.parseLong(stripped))
                : TextNode.valueOf(stripped);
    }

    private static String hint(Setting setting) {
        return text(setting.defaultValue());
    }

    /// One line of text, or a number. What is no number is kept as text, so that validation can say
    /// what it expected.
    record Line(Setting.Type type, List<Slot.Option> offers) implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            return List.of(new Slot("", "", Slot.Control.LINE, 1, hint(setting), offers));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            return Typed.of(text(value));
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before) {
            String text = typed.text("").strip();
            if (text.isEmpty()) return null;
            try {
                if (type == Setting.Type.INTEGER) return LongNode.valueOf(Long.parseLong(text));
                if (type == Setting.Type.DECIMAL)
                    return DoubleNode.valueOf(Double.parseDouble(text));
            } catch (NumberFormatException e) {
                return TextNode.valueOf(text);
            }
            return TextNode.valueOf(text);
        }
    }

    /// Text of several lines.
    record Area(int rows) implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            return List.of(Slot.area("", "", rows, ""));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            return Typed.of(text(value));
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before) {
            String text = typed.text("");
            return text.isBlank() ? null : TextNode.valueOf(text);
        }
    }

    /// One of some words.
    record Select(String unset, List<Slot.Option> options) implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            return List.of(Slot.select("", "", Names.selectable(unset, options, typed.text(""))));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            return Typed.of(text(value));
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before) {
            String text = typed.text("").strip();
            return text.isEmpty() ? null : TextNode.valueOf(text);
        }
    }

    /// A box to tick.
    record Tick() implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            return List.of(new Slot("", "", Slot.Control.TICK, 1, "", List.of()));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            JsonNode shown = value == null ? setting.defaultValue() : value;
            return Typed.of(isOn(shown) ? "true" : "");
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before) {
            boolean on = typed.text("").equals("true");
            if (before != null && isOn(before) == on) return before; // however it is written
            return on == isOn(setting.defaultValue()) ? null : BooleanNode.valueOf(on);
        }

        /// `on` and `off` are true and false, too.
        private static boolean isOn(@Nullable JsonNode value) {
            return value != null && (value.asBoolean() || "on".equals(value.textValue()));
        }
    }

    /// Lines, each an item.
    record Lines(int rows) implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            int height = Math.clamp(typed.lines("").size() + 1L, rows, 12);
            return List.of(
                    Slot.area("", "", height, String.join("\n", items(setting.defaultValue()))));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            return Typed.of(String.join("\n", items(value)));
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before) {
            List<String> lines = typed.lines("");
            return lines.isEmpty() ? null : array(lines);
        }
    }

    /// Boxes, each an item.
    record Boxes(List<Slot.Option> options) implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            List<Slot.Option> all = new ArrayList<>(options);
            for (String one : typed.lines(""))
                if (options.stream().noneMatch(option -> option.value().equals(one)))
                    all.add(new Slot.Option(one, one + " (unknown)"));
            return List.of(Slot.boxes(all));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            return Typed.of(items(value == null ? setting.defaultValue() : value));
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before) {
            List<String> ticked = typed.lines("");
            if (ticked.isEmpty() || same(ticked, show(setting, null).lines(""))) return null;
            // Boxes have an order of their own; what was stored before keeps its place.
            List<String> stored = items(before);
            List<String> kept = new ArrayList<>(stored.stream().filter(ticked::contains).toList());
            ticked.stream().filter(one -> !stored.contains(one)).forEach(kept::add);
            return before != null && kept.equals(stored) ? before : array(kept);
        }

        private static boolean same(List<String> one, List<String> other) {
            return Set.copyOf(one).equals(Set.copyOf(other));
        }
    }

    /// Any value as JSON.
    record Json() implements Codec {
        @Override
        public List<Slot> slots(Setting setting, Typed typed) {
            long lines = typed.text("").lines().count();
            return List.of(Slot.area("", "", Math.clamp(lines + 1, 3, 16), ""));
        }

        @Override
        public Typed show(Setting setting, @Nullable JsonNode value) {
            return Typed.of(value == null ? "" : JsonText.pretty(value));
        }

        @Override
        public @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before)
                throws Unreadable {
            String text = typed.text("");
            if (text.isBlank()) return null;
            JsonNode node = JsonText.parse(text);
            if (node == null)
                throw new Unreadable(text.strip().lines().findFirst().orElse(""), "JSON text");
            return node;
        }
    }

    /// A reference to an object of a kind, or a list of them.
    static Codec reference(Setting setting, Kind kind, Names names) {
        if (setting.type() == Setting.Type.TEXT_LIST)
            return names.few(kind) ? new Boxes(names.of(kind)) : new Lines(4);
        // An upstream may also be a captured variable, so it can be typed.
        if (kind == Kind.UPSTREAM) return new Line(setting.type(), names.of(kind));
        String unset = kind == Kind.ERROR_PAGE ? "built-in page" : "none";
        return new Select(unset, names.of(kind));
    }
}
