package io.breakwater.admin.pages;

import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.util.List;
import java.util.Optional;

/// Differences as pages show them.
///
/// @param objects changed objects
record Changes(List<ChangedObject> objects) {
    static Changes of(List<Control.Difference> differences) {
        return new Changes(differences.stream().map(ChangedObject::of).toList());
    }

    /// Whether nothing differs.
    public boolean isEmpty() {
        return objects.isEmpty();
    }

    /// A few words such as `2 changed, 1 added`.
    public String summary() {
        StringBuilder summary = new StringBuilder();
        for (Control.Difference.Action action : Control.Difference.Action.values()) {
            long count = objects.stream().filter(one -> one.is(action)).count();
            if (count == 0) continue;
            if (!summary.isEmpty()) summary.append(", ");
            summary.append(count).append(' ').append(word(action));
        }
        return summary.isEmpty() ? "no difference" : summary.toString();
    }

    private static String word(Control.Difference.Action action) {
        return switch (action) {
            case ADDED -> "added";
            case CHANGED -> "changed";
            case REMOVED -> "removed";
        };
    }

    /// One changed object.
    ///
    /// @param label kind and name for people
    /// @param action `added`, `changed` or `removed`
    /// @param fields changed fields
    record ChangedObject(String label, String action, List<ChangedField> fields) {
        static ChangedObject of(Control.Difference difference) {
            String object = difference.object();
            int slash = object.indexOf('/');
            Optional<Kind> kind = Kind.ofKey(object.substring(0, Math.max(0, slash)));
            String label =
                    kind.map(one -> one.label() + " " + object.substring(slash + 1)).orElse(object);
            return new ChangedObject(
                    label,
                    word(difference.action()),
                    difference.fields().stream().map(ChangedField::of).toList());
        }

        private boolean is(Control.Difference.Action one) {
            return action.equals(word(one));
        }
    }

    /// One changed field.
    ///
    /// @param key the dotted key
    /// @param lines before and after
    record ChangedField(String key, List<LineDiff.Line> lines) {
        static ChangedField of(Control.FieldChange change) {
            String before = JsonText.readable(change.before());
            String after = JsonText.readable(change.after());
            return new ChangedField(change.key(), LineDiff.of(before, after));
        }
    }
}
