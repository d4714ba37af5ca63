package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keys of the configuration model that this version does not act on. They are accepted with the
/// value that means what this version does anyway, so that documents can be shared, and refused
/// with any other: a setting is never silently ignored.
final class LaterKeys {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonNode NONE = JSON.arrayNode();

    private static final Map<String, List<JsonNode>> SERVER = new LinkedHashMap<>();
    private static final Map<String, List<JsonNode>> LOCATION = new LinkedHashMap<>();
    private static final Map<String, List<JsonNode>> UPSTREAM = new LinkedHashMap<>();

    static {
        SERVER.put("plugins", List.of(NONE));
        LOCATION.put("plugins", List.of(NONE));
    }

    private LaterKeys() {}

    /// The keys of a kind with the values that are accepted; none means that the key must be
    /// absent.
    static Map<String, List<JsonNode>> of(Kind kind) {
        return switch (kind) {
            case SERVER -> SERVER;
            case LOCATION -> LOCATION;
            case UPSTREAM -> UPSTREAM;
            case CERTIFICATE, CACHE_POLICY, ERROR_PAGE, LOG_FORMAT -> Map.of();
        };
    }

    /// What is wrong with a value of such a key.
    ///
    /// @return the expectation in words, null when the value is accepted
    static @Nullable String fault(Kind kind, String key, JsonNode value) {
        List<JsonNode> accepted = of(kind).getOrDefault(key, List.of());
        if (accepted.contains(value)) return null;
        return accepted.isEmpty()
                ? "absent: not available in this version"
                : text(accepted.getFirst()) + ": nothing else is available in this version";
    }

    private static String text(JsonNode value) {
        return value instanceof ObjectNode || !value.isTextual()
                ? value.toString()
                : value.textValue();
    }
}
