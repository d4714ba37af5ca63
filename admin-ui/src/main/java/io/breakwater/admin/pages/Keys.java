package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Dotted keys inside an object's fields.
final class Keys {
    private Keys() {}

    /// The value at a key.
    ///
    /// @return null when it is absent
    static @Nullable JsonNode get(ObjectNode body, String key) {
        JsonNode at = body;
        for (String part : key.split("\\.", -1)) {
            at = at.get(part);
            if (at == null) return null;
        }
        return at;
    }

    /// Sets the value at a key, making tables on the way; null removes it and tables left empty.
    static void set(ObjectNode body, String key, @Nullable JsonNode value) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            if (value == null) body.remove(key);
            else body.set(key, value);
            return;
        }
        String head = key.substring(0, dot);
        ObjectNode inner;
        if (body.get(head) instanceof ObjectNode present) inner = present;
        else if (value == null) return;
        else inner = body.putObject(head);
        set(inner, key.substring(dot + 1), value);
        if (inner.isEmpty() && value == null) body.remove(head);
    }

    /// Whether a problem's key belongs to a setting's key: the same, or inside it.
    static boolean within(String problemKey, String settingKey) {
        return problemKey.equals(settingKey)
                || problemKey.startsWith(settingKey + ".")
                || problemKey.startsWith(settingKey + "[");
    }
}
