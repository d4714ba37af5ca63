package io.breakwater.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A whole configuration in its neutral form: per kind, per name, the object's fields as JSON. This
/// is what is stored, compared, exchanged and shown in forms; `ConfigReader` turns it into typed
/// records.
///
/// Immutable: the maps cannot change and nobody may change a node that is inside one.
///
/// @param objects per kind, by name; kinds without objects may be absent
public record Document(Map<Kind, SortedMap<String, ObjectNode>> objects) {
    /// The document without objects.
    public static final Document EMPTY = new Document(Map.of());

    /// Copies the maps (not the nodes).
    public Document {
        EnumMap<Kind, SortedMap<String, ObjectNode>> copy = new EnumMap<>(Kind.class);
        objects.forEach((kind, byName) -> {
            // Kinds without objects are left out, so that equal content makes equal documents.
            if (!byName.isEmpty())
                copy.put(kind, Collections.unmodifiableSortedMap(new TreeMap<>(byName)));
        });
        objects = Collections.unmodifiableMap(copy);
    }

    /// The objects of one kind.
    ///
    /// @param kind the kind
    /// @return by name, sorted, possibly empty
    public SortedMap<String, ObjectNode> of(Kind kind) {
        SortedMap<String, ObjectNode> found = objects.get(kind);
        return found == null ? Collections.emptySortedMap() : found;
    }

    /// One object.
    ///
    /// @param kind the kind
    /// @param name the name
    /// @return its fields, or null when there is no such object; not to be changed by the caller
    public @Nullable ObjectNode get(Kind kind, String name) {
        return of(kind).get(name);
    }

    /// The same document with one object set.
    ///
    /// @param kind the kind
    /// @param name the name
    /// @param body its fields; copied
    /// @return a new document
    public Document with(Kind kind, String name, ObjectNode body) {
        EnumMap<Kind, SortedMap<String, ObjectNode>> next = new EnumMap<>(Kind.class);
        next.putAll(objects);
        TreeMap<String, ObjectNode> byName = new TreeMap<>(of(kind));
        byName.put(name, body.deepCopy());
        next.put(kind, byName);
        return new Document(next);
    }

    /// The same document without one object.
    ///
    /// @param kind the kind
    /// @param name the name
    /// @return a new document
    public Document without(Kind kind, String name) {
        EnumMap<Kind, SortedMap<String, ObjectNode>> next = new EnumMap<>(Kind.class);
        next.putAll(objects);
        TreeMap<String, ObjectNode> byName = new TreeMap<>(of(kind));
        byName.remove(name);
        next.put(kind, byName);
        return new Document(next);
    }
}
