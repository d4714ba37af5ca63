package io.breakwater.config.reload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Tags of objects: a hash of the content that does not depend on the order of fields. A field that
/// is null counts as absent.
final class Tags {
    private static final String MUST_EXIST = "*";
    private static final String MUST_NOT_EXIST = "";
    private static final int TAG_BYTES = 16;

    private Tags() {}

    static @Nullable String of(@Nullable ObjectNode body) {
        if (body == null) return null;
        StringBuilder canonical = new StringBuilder();
        write(body, canonical);
        byte[] hash = sha256(canonical.toString());
        return HexFormat.of().formatHex(hash, 0, TAG_BYTES);
    }

    /// Whether an editor's condition holds.
    ///
    /// @param ifTag as at [io.breakwater.control.Control#put]
    /// @param present the object's tag, null when there is none
    static boolean holds(@Nullable String ifTag, @Nullable String present) {
        if (ifTag == null) return true;
        return switch (ifTag) {
            case MUST_EXIST -> present != null;
            case MUST_NOT_EXIST -> present == null;
            default -> ifTag.equals(present);
        };
    }

    static boolean mustNotExist(@Nullable String ifTag) {
        return MUST_NOT_EXIST.equals(ifTag);
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node instanceof ObjectNode object) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            object.forEachEntry((name, value) -> {
                if (!value.isNull()) sorted.put(name, value);
            });
            out.append('{');
            sorted.forEach((name, value) -> {
                // The length in front keeps names with odd characters apart.
                out.append(name.length()).append(':').append(name).append('=');
                write(value, out);
                out.append(',');
            });
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            for (JsonNode element : node) {
                write(element, out);
                out.append(',');
            }
            out.append(']');
        } else {
            out.append(node);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
