package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the fields of one object, or of one table inside it, by the setting table. A fault becomes
/// a problem and the default is handed on, so that one reading finds every fault.
final class Fields {
    private static final int LONGEST_SHOWN = 120;

    private final Kind kind;
    private final String object;
    private final String settingPrefix;
    private final String shownPrefix;
    private final ObjectNode body;
    private final Scope scope;

    private Fields(
            Kind kind,
            String object,
            String settingPrefix,
            String shownPrefix,
            ObjectNode body,
            Scope scope) {
        this.kind = kind;
        this.object = object;
        this.settingPrefix = settingPrefix;
        this.shownPrefix = shownPrefix;
        this.body = body;
        this.scope = scope;
    }

    static Fields of(Kind kind, String name, ObjectNode body, Scope scope) {
        return new Fields(kind, kind.key() + "/" + name, "", "", body, scope);
    }

    /// Reports keys that no setting has. To be called once, when everything else has been read.
    void reportUnknown() {
        Set<String> known = new LinkedHashSet<>();
        boolean top = settingPrefix.isEmpty();
        List<Setting> settings =
                top
                        ? Settings.of(kind)
                        : Settings.partsOf(
                                kind, settingPrefix.substring(0, settingPrefix.length() - 1));
        for (Setting setting : settings) known.add(setting.key().substring(settingPrefix.length()));
        if (top) known.addAll(LaterKeys.of(kind).keySet());
        body.forEachEntry((key, value) -> {
            if (!known.contains(key))
                problem(key, value, "a known key; nearest: " + Nearest.of(key, known));
            else if (top && !value.isNull() && LaterKeys.of(kind).containsKey(key)) {
                String fault = LaterKeys.fault(kind, key, value);
                if (fault != null) problem(key, value, fault);
            }
        });
    }

    boolean has(String key) {
        return body.hasNonNull(key);
    }

    /// The written value, null when absent.
    @Nullable JsonNode raw(String key) {
        JsonNode value = body.get(key);
        return value == null || value.isNull() ? null : value;
    }

    boolean isEmptyList(String key) {
        return raw(key) instanceof ArrayNode list && list.isEmpty();
    }

    @Nullable String textOrNull(String key) {
        JsonNode value = value(key);
        if (value == null) return null;
        if (value.isTextual()) return value.textValue();
        problem(key, value, "text");
        return null;
    }

    String text(String key) {
        String text = textOrNull(key);
        if (text != null) return text;
        JsonNode other = setting(key).defaultValue();
        return other == null || !other.isTextual() ? "" : other.textValue();
    }

    boolean flag(String key) {
        JsonNode value = value(key);
        if (value != null && value.isBoolean()) return value.booleanValue();
        if (value != null && value.isTextual()) {
            if (value.textValue().equals("on")) return true;
            if (value.textValue().equals("off")) return false;
        }
        if (value != null) problem(key, value, "true or false");
        JsonNode other = setting(key).defaultValue();
        return other != null && other.booleanValue();
    }

    @Nullable Integer integerOrNull(String key) {
        Setting setting = setting(key);
        JsonNode value = value(key);
        if (value == null) return null;
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            int number = value.intValue();
            boolean inside =
                    (setting.min() == null || number >= Integer.parseInt(setting.min()))
                            && (setting.max() == null || number <= Integer.parseInt(setting.max()));
            if (inside
                    && (setting.choices().isEmpty()
                            || setting.choices().contains(Integer.toString(number)))) return number;
        }
        problem(key, value, Expectations.of(setting));
        return null;
    }

    int integer(String key) {
        Integer number = integerOrNull(key);
        if (number != null) return number;
        JsonNode other = setting(key).defaultValue();
        return other == null ? 0 : other.intValue();
    }

    double decimal(String key) {
        Setting setting = setting(key);
        JsonNode value = value(key);
        if (value != null && value.isNumber()) {
            double number = value.doubleValue();
            if (Double.isFinite(number)
                    && (setting.min() == null || number >= Double.parseDouble(setting.min()))
                    && (setting.max() == null || number <= Double.parseDouble(setting.max())))
                return number;
        }
        if (value != null) problem(key, value, Expectations.of(setting));
        JsonNode other = setting.defaultValue();
        return other == null ? 0 : other.doubleValue();
    }

    @Nullable Duration durationOrNull(String key) {
        Setting setting = setting(key);
        JsonNode value = value(key);
        if (value == null) return null;
        if (value.isTextual()) {
            try {
                Duration duration = Durations.parse(value.textValue());
                if ((setting.min() == null
                                || duration.compareTo(Durations.parse(setting.min())) >= 0)
                        && (setting.max() == null
                                || duration.compareTo(Durations.parse(setting.max())) <= 0))
                    return duration;
            } catch (IllegalArgumentException e) {
                problem(key, value, Expectations.of(setting));
                return null;
            }
        }
        problem(key, value, Expectations.of(setting));
        return null;
    }

    Duration duration(String key) {
        Duration duration = durationOrNull(key);
        if (duration != null) return duration;
        JsonNode other = setting(key).defaultValue();
        return other == null ? Duration.ZERO : Durations.parse(other.textValue());
    }

    /// Bytes; the given value when the field is absent and has no default.
    long size(String key, long absent) {
        Setting setting = setting(key);
        JsonNode value = value(key);
        Long bytes = value == null ? null : bytes(value);
        boolean right =
                bytes != null
                        && (setting.min() == null || bytes >= Sizes.parse(setting.min()))
                        && (setting.max() == null || bytes <= Sizes.parse(setting.max()));
        if (bytes != null && right) return bytes;
        if (value != null) problem(key, value, Expectations.of(setting));
        JsonNode other = setting.defaultValue();
        return other == null ? absent : Sizes.parse(other.asText());
    }

    private static @Nullable Long bytes(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) return value.longValue();
        if (!value.isTextual()) return null;
        try {
            return Sizes.parse(value.textValue());
        } catch (IllegalArgumentException e) {
            return null; // the caller says what is expected
        }
    }

    /// A constant whose dashed name is the value.
    <E extends Enum<E>> E choice(String key, Class<E> type) {
        String word = textOrNull(key);
        Setting setting = setting(key);
        if (word != null && setting.choices().contains(word)) return constant(word, type);
        if (word != null) problem(key, raw(key), Expectations.of(setting));
        JsonNode other = setting.defaultValue();
        return constant(other == null ? setting.choices().getFirst() : other.asText(), type);
    }

    static <E extends Enum<E>> E constant(String word, Class<E> type) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// A list of texts; a single text is a list of one. Elements of another type are reported and
    /// left out.
    List<String> texts(String key) {
        JsonNode value = value(key);
        if (value == null) return List.of();
        if (value.isTextual()) return List.of(value.textValue());
        if (!(value instanceof ArrayNode list)) {
            problem(key, value, Expectations.of(setting(key)));
            return List.of();
        }
        List<String> texts = new ArrayList<>(list.size());
        for (JsonNode element : list) {
            if (element.isTextual()) texts.add(element.textValue());
            else problem(key, element, "text");
        }
        return texts;
    }

    /// A table with parts of its own.
    ///
    /// @return null when it is absent or no table
    @Nullable Fields table(String key) {
        JsonNode value = value(key);
        if (value == null) return null;
        if (value instanceof ObjectNode table) return inside(key, key, table);
        problem(key, value, Expectations.of(setting(key)));
        return null;
    }

    /// A table with parts of its own, each of which has a default.
    ///
    /// @return without fields when it is absent or no table
    Fields tableOrEmpty(String key) {
        Fields table = table(key);
        return table != null ? table : inside(key, key, JsonNodeFactory.instance.objectNode());
    }

    /// The fields of a table that is found under another name than its setting, such as one of a
    /// list.
    Fields inside(String key, String shownKey, ObjectNode table) {
        return new Fields(
                kind,
                object,
                settingPrefix + key + ".",
                shownPrefix + shownKey + ".",
                table,
                scope);
    }

    /// A table with free keys and texts as values.
    Map<String, String> textTable(String key) {
        JsonNode value = value(key);
        Map<String, String> texts = new LinkedHashMap<>();
        if (value instanceof ObjectNode table)
            table.forEachEntry((name, text) -> {
                if (text.isTextual()) texts.put(name, text.textValue());
                else if (!text.isNull()) problem(key + "." + name, text, "text");
            });
        else if (value != null) problem(key, value, "a table of texts");
        return texts;
    }

    /// A name that refers to an object.
    @Nullable String reference(String key, Kind to) {
        String name = textOrNull(key);
        if (name == null) return null;
        checkReference(key, name, to);
        return name;
    }

    void checkReference(String key, String name, Kind to) {
        String fault = scope.dangling(to, name);
        if (fault != null) problem(key, name, fault);
    }

    void problem(String key, @Nullable JsonNode value, String expected) {
        problem(
                key,
                value == null ? null : value.isTextual() ? value.textValue() : value.toString(),
                expected);
    }

    void problem(String key, @Nullable String value, String expected) {
        String shown =
                value != null && value.length() > LONGEST_SHOWN
                        ? value.substring(0, LONGEST_SHOWN) + "…"
                        : value;
        scope.add(new Problem(object, shownPrefix + key, shown, expected));
    }

    /// Whether a value may not be shown.
    boolean isSecret(String key) {
        return setting(key).type() == Setting.Type.SECRET;
    }

    private @Nullable JsonNode value(String key) {
        JsonNode value = raw(key);
        if (value != null) return value;
        Setting setting = setting(key);
        if (setting.required()) problem(key, (String) null, Expectations.of(setting));
        return setting.defaultValue();
    }

    private Setting setting(String key) {
        Setting setting = Settings.find(kind, settingPrefix + key);
        if (setting == null) throw new IllegalStateException("no setting " + settingPrefix + key);
        return setting;
    }
}
