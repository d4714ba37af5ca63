package io.breakwater.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Operations on header fields, done in the order remove, set, add, default. Values may hold
/// variables such as `$host`.
///
/// @param set replaces the field
/// @param add adds a value beside those present
/// @param remove field names to take away
/// @param defaults sets the field when it is absent (key `default`)
public record HeaderOps(
        Map<String, String> set,
        Map<String, String> add,
        List<String> remove,
        Map<String, String> defaults) {
    /// No operation.
    public static final HeaderOps NONE = new HeaderOps(Map.of(), Map.of(), List.of(), Map.of());

    /// Copies the collections.
    public HeaderOps {
        set = ordered(set);
        add = ordered(add);
        remove = List.copyOf(remove);
        defaults = ordered(defaults);
    }

    // Map.copyOf forgets the order, and with it the fields would change places from start to start.
    private static Map<String, String> ordered(Map<String, String> fields) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /// Whether nothing is to be done.
    ///
    /// @return true when all four are empty
    public boolean isEmpty() {
        return set.isEmpty() && add.isEmpty() && remove.isEmpty() && defaults.isEmpty();
    }
}
