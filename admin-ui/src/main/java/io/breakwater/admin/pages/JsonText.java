package io.breakwater.admin.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON as text in forms and differences.
final class JsonText {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectWriter PRETTY = MAPPER.writer(printer());

    private JsonText() {}

    /// Compact text.
    static String compact(JsonNode node) {
        return node.toString();
    }

    /// Indented text.
    static String pretty(JsonNode node) {
        try {
            return PRETTY.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /// Parses any value.
    ///
    /// @return null when it is not JSON
    static @Nullable JsonNode parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /// Parses an object that a form of ours carried.
    ///
    /// @return an empty object when it is none
    static ObjectNode object(String text) {
        return parse(text) instanceof ObjectNode object ? object : empty();
    }

    /// A new object without fields.
    static ObjectNode empty() {
        return MAPPER.createObjectNode();
    }

    /// Any value as text.
    static String of(Object value) {
        return MAPPER.valueToTree(value).toString();
    }

    /// A JSON value as people read it: texts without quotes, lists with an item per line, tables
    /// indented.
    static String readable(@Nullable String json) {
        if (json == null) return "";
        JsonNode node = parse(json);
        if (node == null) return json;
        if (node.isTextual()) return node.textValue();
        return node.isArray() ? String.join("\n", lines(node)) : pretty(node);
    }

    /// The items of a list, nodes of an upstream and shares of a split as they are typed.
    private static List<String> lines(JsonNode list) {
        List<String> lines = new ArrayList<>();
        for (JsonNode item : list) {
            if (item.path("address").isTextual())
                lines.add(TableCodecs.EntryLines.line("address", item));
            else if (item.path("upstream").isTextual())
                lines.add(TableCodecs.EntryLines.line("upstream", item));
            else lines.addAll(PlainCodecs.items(item));
        }
        return lines;
    }

    private static DefaultPrettyPrinter printer() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        Separators separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        return new DefaultPrettyPrinter(separators)
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
    }
}
