package io.breakwater.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads the three notations into documents. Only the shape kind, name, fields is checked here.
final class DocumentParser {
    private static final int LONGEST_SHOWN = 80;

    // Kinds of the model that this version does not have; empty tables are harmless.
    private static final List<String> LATER_KINDS = List.of("plugins");

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();
    private static final ObjectMapper TOML =
            TomlMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private DocumentParser() {}

    static Document parse(DocumentFormat format, String text) throws InvalidConfigException {
        return document(tree(format, text));
    }

    static ObjectNode parseFields(DocumentFormat format, String text)
            throws InvalidConfigException {
        JsonNode root = tree(format, text);
        if (root instanceof ObjectNode fields) return fields;
        throw new InvalidConfigException(
                List.of(new Problem("", "", shown(root.toString()), "a table of fields")));
    }

    private static JsonNode tree(DocumentFormat format, String text) throws InvalidConfigException {
        try {
            return switch (format) {
                case TOML -> TOML.readTree(text);
                case JSON -> JSON.readTree(text);
                case YAML -> YamlTree.read(text);
            };
        } catch (JsonProcessingException e) {
            throw new InvalidConfigException(List.of(syntax(format, text, e)));
        }
    }

    private static Document document(JsonNode root) throws InvalidConfigException {
        if (root.isMissingNode() || root.isNull()) return Document.EMPTY;
        if (!(root instanceof ObjectNode tables))
            throw new InvalidConfigException(
                    List.of(new Problem("", "", shown(root.toString()), "a table of kinds")));
        List<Problem> problems = new ArrayList<>();
        Map<Kind, SortedMap<String, ObjectNode>> objects = new EnumMap<>(Kind.class);
        tables.forEachEntry((key, value) -> {
            Kind kind = Kind.ofKey(key).orElse(null);
            if (kind != null) objects.put(kind, objects(kind, value, problems));
            else if (!LATER_KINDS.contains(key))
                problems.add(new Problem("", key, shown(value.toString()), nearestKind(key)));
            else if (!value.isNull() && !(value instanceof ObjectNode table && table.isEmpty()))
                problems.add(
                        new Problem(
                                "",
                                key,
                                shown(value.toString()),
                                "absent or empty: " + key + " are not available in this version"));
        });
        if (!problems.isEmpty()) throw new InvalidConfigException(problems);
        return new Document(objects);
    }

    private static SortedMap<String, ObjectNode> objects(
            Kind kind, JsonNode value, List<Problem> problems) {
        SortedMap<String, ObjectNode> byName = new TreeMap<>();
        if (value instanceof ObjectNode table)
            table.forEachEntry((name, body) -> {
                if (body instanceof ObjectNode fields)
                    byName.put(name, Layout.ordered(kind, fields));
                else
                    problems.add(
                            new Problem(
                                    kind.key() + "/" + name,
                                    "",
                                    shown(body.toString()),
                                    "a table of fields"));
            });
        else if (!value.isNull())
            problems.add(
                    new Problem("", kind.key(), shown(value.toString()), "a table by object name"));
        return byName;
    }

    private static String nearestKind(String key) {
        List<String> known =
                Stream.concat(Stream.of(Kind.values()).map(Kind::key), LATER_KINDS.stream())
                        .toList();
        return "a known kind; nearest: " + Nearest.of(key, known);
    }

    private static Problem syntax(DocumentFormat format, String text, JsonProcessingException e) {
        JsonLocation where = e.getLocation();
        String expected = format + ": " + e.getOriginalMessage().lines().findFirst().orElse("");
        if (where == null || where.getLineNr() < 1)
            return new Problem("", "", shown(text), expected);
        String line = text.lines().skip(where.getLineNr() - 1L).findFirst().orElse("");
        String position =
                "line " + where.getLineNr() + ", column " + Math.max(1, where.getColumnNr());
        return new Problem("", position, shown(line.strip()), expected);
    }

    private static String shown(String value) {
        return value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value;
    }
}
