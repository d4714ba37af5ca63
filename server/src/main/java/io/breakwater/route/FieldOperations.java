package io.breakwater.route;

import io.breakwater.exchange.HeaderEdit;
import io.breakwater.exchange.RequestHead;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Operations on fields in the order remove, set, add, default. A value that turns out empty sets
/// nothing, as in nginx: `set` then only removes the field.
final class FieldOperations implements HeaderEdit {
    private final String[] removals;
    private final Operation[] sets;
    private final Operation[] adds;
    private final Operation[] defaults;

    FieldOperations(
            List<String> removals,
            List<Operation> sets,
            List<Operation> adds,
            List<Operation> defaults) {
        this.removals = removals.toArray(String[]::new);
        this.sets = sets.toArray(Operation[]::new);
        this.adds = adds.toArray(Operation[]::new);
        this.defaults = defaults.toArray(Operation[]::new);
    }

    /// One field to write.
    ///
    /// @param name as configured
    /// @param header Jetty's constant, null for a name it does not know
    /// @param fixed the field where the value has no variables
    /// @param value the value where it has some
    record Operation(
            String name,
            @Nullable HttpHeader header,
            @Nullable HttpField fixed,
            @Nullable Renderer value) {
        @Nullable HttpField field(RequestHead head) {
            if (value == null) {
                return fixed;
            }
            String text = value.render(head, null).strip();
            return text.isEmpty() ? null : new HttpField(header, name, text);
        }
    }

    @Override
    public void apply(HttpFields.Mutable fields, RequestHead head) {
        for (String name : removals) {
            fields.remove(name);
        }
        for (Operation set : sets) {
            HttpField field = set.field(head);
            if (field == null) {
                fields.remove(set.name);
            } else {
                fields.put(field);
            }
        }
        for (Operation add : adds) {
            add(fields, add.field(head));
        }
        for (Operation preset : defaults) {
            if (!fields.contains(preset.name)) {
                add(fields, preset.field(head));
            }
        }
    }

    private static void add(HttpFields.Mutable fields, @Nullable HttpField field) {
        if (field != null) {
            fields.add(field);
        }
    }
}
