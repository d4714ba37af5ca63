package io.breakwater.cache.policy;

import io.breakwater.http.FieldView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The tags of a response, by which it can be purged together with others.
public final class Tags {
    /// How many tags of one response count.
    public static final int MOST = 1000;

    private static final int LONGEST = 1024;

    private Tags() {}

    /// Reads the tags.
    ///
    /// @param response the fields of the response
    /// @param names the fields that hold tags, parted by blanks as in Surrogate-Key or by commas as
    ///   in Cache-Tag
    /// @return each tag once, in order; those beyond [#MOST] and longer than 1024 characters are
    ///   left out
    public static List<String> of(FieldView response, List<String> names) {
        Set<String> tags = new LinkedHashSet<>();
        for (String name : names) {
            String field = response.combined(name);
            if (field != null) addAll(tags, field);
        }
        return new ArrayList<>(tags);
    }

    private static void addAll(Set<String> tags, String field) {
        int start = 0;
        for (int at = 0; at <= field.length(); at++) {
            if (at < field.length() && " \t,".indexOf(field.charAt(at)) < 0) continue;
            if (at > start && at - start <= LONGEST && tags.size() < MOST)
                tags.add(field.substring(start, at));
            start = at + 1;
        }
    }
}
