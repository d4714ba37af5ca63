package io.breakwater.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// Reads one YAML document as a tree, with aliases and merge keys resolved. Jackson's own tree
/// reading would take an alias for a text. What aliases add up to is bounded, so that a few lines
/// cannot grow into gigabytes.
final class YamlTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_CHARACTERS = 64 << 20;
    private static final int DEEPEST = 50;
    private static final int MOST_COPIED = 100_000;
    private static final YAMLFactory FACTORY =
            YAMLFactory.builder()
                    // "off" is a word of the model, and YAML 1.2 agrees that it is no boolean.
                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                    .loaderOptions(options())
                    .build();

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
        } catch (MarkedYAMLException e) {
            throw new JsonParseException(null, e.getProblem(), location(e.getProblemMark()), e);
        } catch (JacksonYAMLParseException e) {
            if (e.getCause() instanceof MarkedYAMLException marked)
                throw new JsonParseException(
                        null, marked.getProblem(), location(marked.getProblemMark()), e);
            throw e;
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot fail to be read", e);
        }
    }

    /// Where the fault is; Jackson names where the structure around it began.
    private static JsonLocation location(@Nullable Mark mark) {
        return mark == null
                ? JsonLocation.NA
                : new JsonLocation(null, mark.getIndex(), mark.getLine() + 1, mark.getColumn() + 1);
    }

    private JsonNode value() throws IOException {
        if (parser.isCurrentAlias()) return alias(parser.getText());
        String anchor = parser.getObjectId();
        JsonNode value =
                switch (parser.currentToken()) {
                    case START_OBJECT -> table();
                    case START_ARRAY -> list();
                    case VALUE_STRING -> JSON.textNode(parser.getText());
                    case VALUE_NUMBER_INT -> Layout.narrowest(parser.getBigIntegerValue());
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
        ObjectNode merged = JSON.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            // Only an alias is merged, so that a key that happens to read << stays a key.
            if (key.equals("<<") && parser.isCurrentAlias()) {
                if (!merged.isEmpty()) throw duplicate(key);
                merged = mergeSource();
            } else if (table.has(key)) throw duplicate(key);
            else table.set(key, value());
        }
        // What is written in the table itself wins.
        merged.forEachEntry((key, value) -> {
            if (!table.has(key)) table.set(key, value);
        });
        return table;
    }

    private ObjectNode mergeSource() throws IOException {
        if (value() instanceof ObjectNode source) return source;
        throw new JsonParseException(parser, "a merge key (<<) takes a table");
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
