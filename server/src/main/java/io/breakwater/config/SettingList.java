package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Collects the settings of one kind, section by section. What is rare (default, limits, choices)
/// is given as rules, so that the tables read as one line per setting.
final class SettingList {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Kind kind;
    private final List<Setting> settings = new ArrayList<>();
    private String section = "General";

    SettingList(Kind kind) {
        this.kind = kind;
        section("General");
        add("enabled", Setting.Type.FLAG, "Whether the object is used.", "false", def(true));
        add("note", Setting.Type.TEXT, "Free text for people.", "\"belongs to the shop\"", def(""));
    }

    SettingList section(String title) {
        section = title;
        return this;
    }

    @SafeVarargs
    final SettingList add(
            String key,
            Setting.Type type,
            String description,
            String example,
            Consumer<Draft>... rules) {
        Draft draft = new Draft();
        for (Consumer<Draft> rule : rules) rule.accept(draft);
        settings.add(
                new Setting(
                        kind,
                        key,
                        section,
                        type,
                        draft.required,
                        draft.defaultValue,
                        draft.min,
                        draft.max,
                        draft.choices,
                        draft.reference,
                        description,
                        example));
        return this;
    }

    List<Setting> done() {
        return List.copyOf(settings);
    }

    static Consumer<Draft> required() {
        return draft -> draft.required = true;
    }

    static Consumer<Draft> def(boolean value) {
        return draft -> draft.defaultValue = JSON.booleanNode(value);
    }

    static Consumer<Draft> def(int value) {
        return draft -> draft.defaultValue = JSON.numberNode(value);
    }

    static Consumer<Draft> def(double value) {
        return draft -> draft.defaultValue = JSON.numberNode(value);
    }

    static Consumer<Draft> def(String value) {
        return draft -> draft.defaultValue = JSON.textNode(value);
    }

    static Consumer<Draft> list(String... values) {
        return draft -> {
            var list = JSON.arrayNode();
            for (String value : values) list.add(value);
            draft.defaultValue = list;
        };
    }

    static Consumer<Draft> emptyTable() {
        return draft -> draft.defaultValue = JSON.objectNode();
    }

    static Consumer<Draft> min(String value) {
        return draft -> draft.min = value;
    }

    static Consumer<Draft> max(String value) {
        return draft -> draft.max = value;
    }

    static Consumer<Draft> choices(String... words) {
        return draft -> draft.choices = List.of(words);
    }

    static Consumer<Draft> names(Kind kind) {
        return draft -> draft.reference = kind;
    }

    /// What the rules fill in; lives only while one setting is being made.
    static final class Draft {
        private boolean required;
        private @Nullable JsonNode defaultValue;
        private @Nullable String min;
        private @Nullable String max;
        private List<String> choices = List.of();
        private @Nullable Kind reference;
    }
}
