package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which fields of objects hold secrets: the settings of the type SECRET. What hides and what seals
/// secrets goes by this one table. Any thread.
public final class SecretFields {
    private static final Map<Kind, List<String>> KEYS = new EnumMap<>(Kind.class);

    static {
        for (Kind kind : Kind.values())
            KEYS.put(
                    kind,
                    Settings.of(kind).stream()
                            .flatMap(SecretFields::withParts)
                            .filter(setting -> setting.type() == Setting.Type.SECRET)
                            .map(Setting::key)
                            .toList());
    }

    private SecretFields() {}

    /// A setting and, for a table, its parts. Entries of lists hold no secrets.
    private static Stream<Setting> withParts(Setting setting) {
        return setting.type() == Setting.Type.TABLE
                ? Settings.partsOf(setting.kind(), setting.key()).stream()
                : Stream.of(setting);
    }

    /// Whether what stands in such a field is a secret: neither nothing, nor the path of a file,
    /// nor a mark that stands for one.
    ///
    /// @param value what stands there
    /// @return whether it is
    public static boolean isSecret(JsonNode value) {
        String text = value.asText();
        return value.isTextual()
                && !text.isEmpty()
                && !text.startsWith("/")
                && !Secrets.isMark(text);
    }

    /// Changes the values of a document's secret fields.
    ///
    /// @param document the document
    /// @param change what becomes of each
    /// @return the changed document; the same one when nothing changed
    public static Document replace(Document document, Change change) {
        Map<Kind, SortedMap<String, ObjectNode>> all = new EnumMap<>(Kind.class);
        all.putAll(document.objects());
        boolean same = true;
        for (Kind kind : Kind.values()) {
            if (keys(kind).isEmpty()) continue;
            TreeMap<String, ObjectNode> bodies = new TreeMap<>(document.of(kind));
            for (Map.Entry<String, ObjectNode> entry : bodies.entrySet()) {
                ObjectNode after = replace(kind, entry.getKey(), entry.getValue(), change);
                if (after.equals(entry.getValue())) continue;
                entry.setValue(after);
                same = false;
            }
            all.put(kind, bodies);
        }
        return same ? document : new Document(all);
    }

    /// Changes the values of an object's secret fields.
    ///
    /// @param kind the object's kind
    /// @param name its name
    /// @param body its fields; not changed
    /// @param change what becomes of each
    /// @return the changed fields; the same ones when nothing changed
    public static ObjectNode replace(Kind kind, String name, ObjectNode body, Change change) {
        ObjectNode copy = null;
        for (String key : keys(kind)) {
            JsonNode value = at(body, key);
            JsonNode after = value == null ? null : change.of(new Place(kind, name, key), value);
            if (after == null) continue;
            if (copy == null) copy = body.deepCopy();
            set(copy, key, after);
        }
        return copy == null ? body : copy;
    }

    private static @Nullable JsonNode at(ObjectNode body, String key) {
        int dot = key.indexOf('.');
        if (dot < 0) return body.get(key);
        JsonNode table = body.get(key.substring(0, dot));
        return table == null ? null : table.get(key.substring(dot + 1));
    }

    private static void set(ObjectNode body, String key, JsonNode value) {
        int dot = key.indexOf('.');
        if (dot < 0) body.set(key, value);
        else if (body.get(key.substring(0, dot)) instanceof ObjectNode table)
            table.set(key.substring(dot + 1), value);
    }

    private static List<String> keys(Kind kind) {
        return KEYS.getOrDefault(kind, List.of());
    }

    /// Where a secret stands.
    ///
    /// @param kind the object's kind
    /// @param name the object's name
    /// @param key the field, with a dot when it is part of a table
    public record Place(Kind kind, String name, String key) {
        @Override
        public String toString() {
            return kind.key() + "/" + name + "/" + key;
        }
    }

    /// What becomes of a secret field.
    @FunctionalInterface
    public interface Change {
        /// The new value.
        ///
        /// @param place where it stands
        /// @param value what stands there
        /// @return what is to stand there, null to leave it
        @Nullable JsonNode of(Place place, JsonNode value);
    }
}
