package io.breakwater.cache.policy;

import io.breakwater.http.FieldView;
import io.breakwater.http.Preferences;
import io.breakwater.http.Vary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The secondary key of a response (RFC 9111 §4.1): the fields that its Vary names, and their
/// values in the request that it answered.
///
/// @param names field names in lower case, sorted
/// @param values one for each name, in one form; null for a field that was absent
public record VariantKey(List<String> names, List<@Nullable String> values) {
    /// The key of responses without Vary.
    public static final VariantKey NONE = new VariantKey(List.of(), List.of());

    /// Copies the lists.
    public VariantKey {
        names = List.copyOf(names);
        values = Collections.unmodifiableList(new ArrayList<>(values));
        if (names.size() != values.size()) throw new IllegalArgumentException("names and values");
    }

    /// The key of a request.
    ///
    /// @param names the names that a Vary gives, sorted
    /// @param request the fields of the request
    /// @return the key
    public static VariantKey of(List<String> names, FieldView request) {
        if (names.isEmpty()) return NONE;
        List<@Nullable String> values = new ArrayList<>(names.size());
        for (String name : names) values.add(value(name, request));
        return new VariantKey(names, values);
    }

    private static @Nullable String value(String name, FieldView request) {
        String value = request.combined(name);
        return value == null ? null : Preferences.normal(name, value);
    }

    /// The names that count of a response's Vary.
    ///
    /// @param response the fields of the response
    /// @param rules the rules, which may ignore members
    /// @return the names that are left
    public static Vary counted(FieldView response, CacheRules rules) {
        Vary vary = Vary.of(response);
        if (rules.ignoredVary().isEmpty()) return vary;
        return new Vary(
                vary.any() && !rules.ignoredVary().contains("*"),
                vary.names().stream().filter(name -> !rules.ignoredVary().contains(name)).toList());
    }

    /// Whether a request has the same values. A field that is absent matches only where it was
    /// absent.
    ///
    /// @param request the fields of the request
    /// @return true when the response may answer it, as far as Vary goes
    public boolean matches(FieldView request) {
        for (int i = 0; i < names.size(); i++)
            if (!Objects.equals(values.get(i), value(names.get(i), request))) return false;
        return true;
    }
}
