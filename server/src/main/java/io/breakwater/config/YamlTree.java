package io.breakwater.config;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/// Reads one YAML document as a tree, with aliases and merge keys resolved. Jackson's own tree
/// reading would take an alias for a text. What aliases add up to is bounded, so that a few lines
/// cannot grow into gigabytes.
final class YamlTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_CHARACTERS = 64 << 20;
    private static final int DEEPEST = 50;
    private static final int MOST_COPIED = 100_000;
    private static final YAMLFactory FACTORY =
            YAMLFactory.builder().loaderOptions(options()).build();

    private final YAMLParser parser;
    private final Map<String, JsonNode> anchors = new HashMap<>();
    private int copied;

    private YamlTree(YAMLParser parser) {
        this.parser = parser;
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setNestingDepthLimit(DEEPEST);
        return options;
    }

    /// Reads a text.
    ///
    /// @return the tree; a missing node when there is none
    static JsonNode read(String text) throws JsonProcessingException {
        try (YAMLParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) return MissingNode.getInstance();
            JsonNode tree = new YamlTree(parser).value();
            if (parser.nextToken() != null)
                throw new JsonParseException(parser, "one document, not several");
            return tree;
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot fail to be read", e);
        }
    }

    private JsonNode value() throws IOException {
        if (parser.isCurrentAlias()) return alias(parser.getText());
        String anchor = parser.getObjectId();
        JsonNode value =
                switch (parser.currentToken()) {
                    case START_OBJECT -> table();
                    case START_ARRAY -> list();
                    case VALUE_STRING -> JSON.textNode(parser.getText());
                    case VALUE_NUMBER_INT -> JSON.numberNode(parser.getBigIntegerValue());
                    case VALUE_NUMBER_FLOAT -> JSON.numberNode(parser.getDoubleValue());
                    case VALUE_TRUE -> JSON.booleanNode(true);
                    case VALUE_FALSE -> JSON.booleanNode(false);
                    case VALUE_NULL -> JSON.nullNode();
                    default -> throw new JsonParseException(parser, "a value of an unknown type");
                };
        if (anchor != null) anchors.put(anchor, value);
        return value;
    }

    private ObjectNode table() throws IOException {
        ObjectNode table = JSON.objectNode();
        JsonNode merged = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (key.equals("<<")) {
                if (merged != null) throw duplicate(key);
                merged = value();
            } else if (table.has(key)) throw duplicate(key);
            else table.set(key, value());
        }
        merge(merged, table);
        return table;
    }

    private void merge(@Nullable JsonNode merged, ObjectNode table) throws IOException {
        if (merged == null) return;
        for (JsonNode source :
                merged instanceof ArrayNode list ? list : JSON.arrayNode().add(merged)) {
            if (!(source instanceof ObjectNode fields))
                throw new JsonParseException(parser, "a merge key (<<) takes a table");
            // What is written in the table itself, or merged earlier, wins.
            fields.forEachEntry((key, value) -> {
                if (!table.has(key)) table.set(key, value);
            });
        }
    }

    private ArrayNode list() throws IOException {
        ArrayNode list = JSON.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) list.add(value());
        return list;
    }

    private JsonNode alias(String name) throws IOException {
        JsonNode value = anchors.get(name);
        if (value == null) throw new JsonParseException(parser, "no anchor &" + name + " before");
        copied += count(value, MOST_COPIED - copied);
        if (copied >= MOST_COPIED)
            throw new JsonParseException(
                    parser, "aliases for less than " + MOST_COPIED + " values");
        return value.deepCopy();
    }

    private static int count(JsonNode value, int most) {
        int count = 1;
        for (JsonNode element : value) {
            if (count >= most) return count;
            count += count(element, most - count);
        }
        return count;
    }

    private JsonParseException duplicate(String key) {
        return new JsonParseException(parser, "each key once, not '" + key + "' again");
    }
}
