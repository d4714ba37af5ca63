package io.breakwater.cache;

import io.breakwater.cache.policy.KeyRules;
import io.breakwater.cache.policy.KeyRules.Part;
import io.breakwater.config.LocationConfig;
import java.util.List;

/// What a location adds to keys: those of its conditions that keys do not tell apart, so that two
/// locations with one URI do not answer with each other's responses. Its name is not among them: a
/// location that is renamed finds what it stored.
final class LocationScope {
    private LocationScope() {}

    /// The scope of a location.
    ///
    /// @param location the location
    /// @param rules what makes its keys
    /// @return empty when the key tells everything that chose the location
    static String of(LocationConfig location, KeyRules rules) {
        StringBuilder scope = new StringBuilder();
        add(scope, 'm', location.methods());
        add(scope, 'h', location.matchHeaders());
        add(scope, 'c', location.matchCookies());
        if (rules.query() != KeyRules.Query.ALL) add(scope, 'q', location.matchQuery());
        if (!rules.parts().contains(Part.HOST)) add(scope, 'a', location.host());
        if (!rules.parts().contains(Part.PATH) && !location.path().isEmpty())
            add(scope, 'p', List.of(location.path()));
        return scope.toString();
    }

    /// Each with its length, so that no two sets of conditions give the same text.
    private static void add(StringBuilder scope, char kind, List<String> conditions) {
        conditions.stream()
                .sorted()
                .forEach(one -> scope.append(kind).append(one.length()).append(':').append(one));
    }
}
