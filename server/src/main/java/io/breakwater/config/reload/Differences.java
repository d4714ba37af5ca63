package io.breakwater.config.reload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.DocumentDiff;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The differences between two documents as the console shows them.
final class Differences {
    private Differences() {}

    static List<Control.Difference> between(Document from, Document to) {
        return DocumentDiff.between(unlike(from, to), unlike(to, from)).stream()
                .map(Differences::view)
                .toList();
    }

    /// The objects of one document that the other has not got alike. Most changes touch one object
    /// of thousands, and telling equal trees is much cheaper than comparing their fields.
    private static Document unlike(Document document, Document other) {
        Map<Kind, SortedMap<String, ObjectNode>> unlike = new EnumMap<>(Kind.class);
        document.objects()
                .forEach((kind, byName) -> {
                    SortedMap<String, ObjectNode> kept = new TreeMap<>();
                    byName.forEach((name, body) -> {
                        if (!body.equals(other.get(kind, name))) kept.put(name, body);
                    });
                    unlike.put(kind, kept);
                });
        return new Document(unlike);
    }

    private static Control.Difference view(DocumentDiff.Entry entry) {
        Control.Difference.Action action =
                switch (entry.action()) {
                    case ADDED -> Control.Difference.Action.ADDED;
                    case CHANGED -> Control.Difference.Action.CHANGED;
                    case REMOVED -> Control.Difference.Action.REMOVED;
                };
        List<Control.FieldChange> fields =
                entry.fields().stream()
                        .map(f -> new Control.FieldChange(f.key(), f.before(), f.after()))
                        .toList();
        return new Control.Difference(entry.kind().key() + "/" + entry.name(), action, fields);
    }
}
