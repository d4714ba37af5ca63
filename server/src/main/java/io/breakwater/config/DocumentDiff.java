package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What distinguishes two documents, object by object and field by field.
public final class DocumentDiff {
    private DocumentDiff() {}

    /// Compares two documents. Absent fields and null fields are the same; defaults are not filled
    /// in, so that what was written is what is compared.
    ///
    /// @param from the older
    /// @param to the newer
    /// @return the objects that differ: kinds in their order, names sorted; empty when equal
    public static List<Entry> between(Document from, Document to) {
        List<Entry> entries = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Set<String> names = new TreeSet<>(from.of(kind).keySet());
            names.addAll(to.of(kind).keySet());
            for (String name : names) {
                Entry entry = compare(kind, name, from.get(kind, name), to.get(kind, name));
                if (entry != null) entries.add(entry);
            }
        }
        return entries;
    }

    private static @Nullable Entry compare(
            Kind kind, String name, @Nullable ObjectNode before, @Nullable ObjectNode after) {
        Map<String, JsonNode> old = leaves(kind, before);
        Map<String, JsonNode> now = leaves(kind, after);
        Set<String> keys = new LinkedHashSet<>(old.keySet());
        keys.addAll(now.keySet());
        List<Field> fields = new ArrayList<>();
        for (String key : keys) {
            JsonNode was = old.get(key);
            JsonNode is = now.get(key);
            if (was != null && was.equals(is)) continue;
            fields.add(
                    new Field(
                            key,
                            was == null ? null : was.toString(),
                            is == null ? null : is.toString()));
        }
        if (before == null) return new Entry(kind, name, Action.ADDED, fields);
        if (after == null) return new Entry(kind, name, Action.REMOVED, fields);
        return fields.isEmpty() ? null : new Entry(kind, name, Action.CHANGED, fields);
    }

    private static Map<String, JsonNode> leaves(Kind kind, @Nullable ObjectNode body) {
        Map<String, JsonNode> leaves = new LinkedHashMap<>();
        if (body != null) collect("", Layout.ordered(kind, body), leaves);
        return leaves;
    }

    private static void collect(String prefix, ObjectNode table, Map<String, JsonNode> leaves) {
        table.forEachEntry((name, value) -> {
            String key = prefix + (name.indexOf('.') < 0 ? name : '"' + name + '"');
            if (value instanceof ObjectNode inner && !inner.isEmpty())
                collect(key + ".", inner, leaves);
            else leaves.put(key, value);
        });
    }

    /// One object that differs.
    ///
    /// @param kind its kind
    /// @param name its name
    /// @param action what became of it
    /// @param fields the fields that differ, in setting order; all of them when it was added or
    ///   removed
    public record Entry(Kind kind, String name, Action action, List<Field> fields) {
        /// Copies the list.
        public Entry {
            fields = List.copyOf(fields);
        }
    }

    /// One field that differs.
    ///
    /// @param key the dotted key down to a value or a list; a part with a dot in it is in quotes
    /// @param before JSON text, null when absent
    /// @param after JSON text, null when absent
    public record Field(String key, @Nullable String before, @Nullable String after) {}

    /// What became of an object.
    public enum Action {
        /// It is new.
        ADDED,
        /// It has other fields.
        CHANGED,
        /// It is gone.
        REMOVED
    }
}
