package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The one form in which objects are written and compared: keys in the order of the setting table,
/// others sorted after them, null fields left out, numbers in their narrowest type.
final class Layout {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private Layout() {}

    /// A copy of an object's fields in their order.
    static ObjectNode ordered(Kind kind, ObjectNode body) {
        return table(kind, "", body);
    }

    /// The settings that an object does not have and their defaults, in order.
    static Map<String, JsonNode> absent(Kind kind, ObjectNode body) {
        Map<String, JsonNode> absent = new LinkedHashMap<>();
        for (Setting setting : Settings.of(kind)) {
            JsonNode value = setting.defaultValue();
            if (value != null && !body.hasNonNull(setting.key())) absent.put(setting.key(), value);
        }
        return absent;
    }

    private static ObjectNode table(Kind kind, String key, ObjectNode body) {
        Set<String> names = new LinkedHashSet<>();
        List<Setting> known = key.isEmpty() ? Settings.of(kind) : Settings.partsOf(kind, key);
        for (Setting setting : known) names.add(lastPart(setting.key()));
        List<String> present = new ArrayList<>();
        body.fieldNames().forEachRemaining(present::add);
        names.retainAll(new TreeSet<>(present));
        names.addAll(new TreeSet<>(present));
        ObjectNode table = JSON.objectNode();
        for (String name : names) {
            JsonNode value = body.path(name);
            if (!value.isNull())
                table.set(name, value(kind, key.isEmpty() ? name : key + "." + name, value));
        }
        return table;
    }

    private static JsonNode value(Kind kind, String key, JsonNode value) {
        return switch (value) {
            case ObjectNode inner -> table(kind, key, inner);
            case ArrayNode list -> {
                ArrayNode copy = JSON.arrayNode(list.size());
                for (JsonNode element : list) copy.add(value(kind, key, element));
                yield copy;
            }
            default -> scalar(value);
        };
    }

    private static JsonNode scalar(JsonNode value) {
        if (value.isIntegralNumber()) return narrowest(value.bigIntegerValue());
        return value.isFloatingPointNumber() ? DoubleNode.valueOf(value.doubleValue()) : value;
    }

    /// A whole number as the node that JSON text would give.
    static JsonNode narrowest(BigInteger number) {
        if (number.compareTo(LONG_MIN) < 0 || number.compareTo(LONG_MAX) > 0)
            return JSON.numberNode(number);
        long narrow = number.longValueExact();
        return narrow == (int) narrow ? JSON.numberNode((int) narrow) : JSON.numberNode(narrow);
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
