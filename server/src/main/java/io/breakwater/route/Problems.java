package io.breakwater.route;

import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Collects what is wrong with one location.
final class Problems {
    private final String object;
    private final List<Problem> found = new ArrayList<>();

    Problems(String location) {
        object = Kind.LOCATION.key() + "/" + location;
    }

    void add(String key, String value, String expected) {
        found.add(new Problem(object, key, value, expected));
    }

    /// Runs a compilation of one value.
    ///
    /// @return its result, null when it failed and the problem is noted
    <T> @Nullable T attempt(String key, String value, Supplier<T> compile) {
        try {
            return compile.get();
        } catch (PatternSyntaxException bad) {
            add(
                    key,
                    value,
                    "a regular expression: "
                            + bad.getDescription()
                            + " at index "
                            + bad.getIndex());
        } catch (IllegalArgumentException bad) {
            add(key, value, String.valueOf(bad.getMessage()));
        }
        return null;
    }

    void throwIfAny() throws InvalidConfigException {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(found);
        }
    }
}
