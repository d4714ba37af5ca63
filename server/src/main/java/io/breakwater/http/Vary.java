package io.breakwater.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The request fields that a response was chosen by (RFC 9110 §12.5.5).
///
/// @param any whether a member is `*`: no other request is surely alike (RFC 9111 §4.1)
/// @param names field names in lower case, sorted, each once
public record Vary(boolean any, List<String> names) {
    /// Chosen by nothing.
    public static final Vary NONE = new Vary(false, List.of());

    /// Copies the list.
    public Vary {
        names = List.copyOf(names);
    }

    /// Reads all lines of a response's Vary.
    ///
    /// @param response the fields
    /// @return [#NONE] when the field is absent; a member that is no field name counts as `*`
    public static Vary of(FieldView response) {
        String field = response.combined("Vary");
        if (field == null) return NONE;
        boolean any = false;
        List<String> names = new ArrayList<>();
        for (String member : FieldSyntax.members(field)) {
            String name = member.toLowerCase(Locale.ROOT);
            if (name.equals("*") || !FieldSyntax.isToken(name)) any = true;
            else if (!names.contains(name)) names.add(name);
        }
        names.sort(null);
        return new Vary(any, names);
    }
}
