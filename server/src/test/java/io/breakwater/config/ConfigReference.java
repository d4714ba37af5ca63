package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Makes docs/CONFIG.md out of the setting table. What the table cannot say (weights, variables,
/// log tags) is prose that stands in the resources beside the tests.
final class ConfigReference {
    private static final Map<Kind, String> INTRODUCTIONS =
            Map.of(
                    Kind.SERVER, "Where clients connect.",
                    Kind.LOCATION, "What a request means.",
                    Kind.UPSTREAM, "A group of nodes.",
                    Kind.CERTIFICATE, "What servers show clients that speak TLS.",
                    Kind.CACHE_POLICY, "What is stored and for how long.",
                    Kind.ERROR_PAGE, "Templates for error answers.",
                    Kind.LOG_FORMAT,
                            "A template for access-log lines, and how its files are kept.");

    private final StringBuilder out = new StringBuilder();

    private ConfigReference() {}

    static String text(String introduction, String sample, Map<Kind, String> prose) {
        ConfigReference reference = new ConfigReference();
        reference.out.append(introduction.replace("@SAMPLE@", sample.strip()));
        for (Kind kind : Kind.values()) reference.kind(kind, prose.getOrDefault(kind, ""));
        return reference.out.toString();
    }

    private void kind(Kind kind, String prose) {
        out.append("\n## `[")
                .append(kind.key())
                .append(".<name>]`: ")
                .append(kind.label())
                .append("\n\n");
        out.append(INTRODUCTIONS.get(kind)).append('\n');
        Map<String, List<Setting>> sections = new LinkedHashMap<>();
        for (Setting setting : Settings.of(kind)) {
            List<Setting> section =
                    sections.computeIfAbsent(setting.section(), title -> new ArrayList<>());
            section.add(setting);
            section.addAll(Settings.partsOf(kind, setting.key()));
        }
        sections.forEach(this::section);
        later(kind);
        if (!prose.isEmpty()) out.append('\n').append(prose.strip()).append('\n');
    }

    private void section(String title, List<Setting> settings) {
        out.append("\n### ").append(title).append("\n\n");
        out.append("| key | value | default | meaning | example |\n|---|---|---|---|---|\n");
        for (Setting setting : settings)
            out.append("| ")
                    .append(code(setting.key()))
                    .append(" | ")
                    .append(cell(value(setting)))
                    .append(" | ")
                    .append(fallback(setting))
                    .append(" | ")
                    .append(cell(setting.description()))
                    .append(" | ")
                    .append(code(setting.example()))
                    .append(" |\n");
    }

    private void later(Kind kind) {
        Map<String, List<JsonNode>> later = LaterKeys.of(kind);
        if (later.isEmpty()) return;
        out.append("\n### Not available in this version\n\n");
        out.append("Accepted only with a value that means what is done anyway: ");
        out.append(
                later.entrySet().stream()
                        .filter(entry -> !entry.getValue().isEmpty())
                        .map(entry ->
                                code(
                                        entry.getKey()
                                                + " = "
                                                + TomlWriter.inline(entry.getValue().getFirst())))
                        .collect(Collectors.joining(", ")));
        String none =
                later.entrySet().stream()
                        .filter(entry -> entry.getValue().isEmpty())
                        .map(entry -> code(entry.getKey()))
                        .collect(Collectors.joining(", "));
        out.append(none.isEmpty() ? ".\n" : ". Not accepted at all: " + none + ".\n");
    }

    private static String value(Setting setting) {
        String type =
                switch (setting.type()) {
                    case TEXT -> "text";
                    case LONG_TEXT -> "text of several lines";
                    case SECRET -> "secret text of several lines";
                    case FLAG -> "true or false";
                    case INTEGER -> "whole number";
                    case DECIMAL -> "number";
                    case DURATION -> "duration";
                    case SIZE -> "size";
                    case CHOICE -> "word";
                    case TEXT_LIST -> "list of texts";
                    case CHOICE_LIST -> "list of words";
                    case NODE_LIST -> "list of texts or tables";
                    case TABLE -> "table";
                };
        Kind reference = setting.reference();
        if (reference != null)
            type +=
                    ", naming "
                            + (type.startsWith("list") ? "" : "one of ")
                            + "`"
                            + reference.key()
                            + "`";
        if (!setting.choices().isEmpty()) type += ": " + String.join(", ", setting.choices());
        if (setting.min() != null && setting.max() != null)
            return type + ", " + setting.min() + " to " + setting.max();
        return setting.min() == null ? type : type + ", at least " + setting.min();
    }

    private static String fallback(Setting setting) {
        if (setting.required()) return "required";
        JsonNode value = setting.defaultValue();
        return value == null ? "none" : code(TomlWriter.inline(value));
    }

    private static String code(String text) {
        return "`" + cell(text) + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
