package io.breakwater.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The tests that docs/RFC9111.md names exist.
class RequirementsTest {
    private static final Pattern NAMED =
            Pattern.compile("`(http\\.)?(\\w+Test)(?:\\.(\\w+))?`(?:, `(\\w+)`)?");

    @Test
    void everyNamedTestExists() throws IOException {
        String matrix = Files.readString(Path.of("../docs/RFC9111.md"));
        List<MatchResult> named = NAMED.matcher(matrix).results().toList();
        assertThat(named).hasSizeGreaterThan(60);
        List<String> missing = new ArrayList<>();
        for (MatchResult one : named) {
            for (int group = 3; group <= 4; group++) {
                String method = one.group(group);
                boolean ofAnother = method != null && method.endsWith("Test");
                if (!ofAnother && !exists(one.group(1) != null, one.group(2), method))
                    missing.add(one.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean exists(boolean http, String type, @Nullable String method) {
        return http
                ? isIn("http.", type, method)
                : isIn("cache.policy.", type, method) || isIn("wire.", type, method);
    }

    private static boolean isIn(String where, String type, @Nullable String method) {
        String name = "io.breakwater." + where + type;
        try {
            Method[] methods = Class.forName(name).getDeclaredMethods();
            return method == null
                    || Arrays.stream(methods).anyMatch(one -> one.getName().equals(method));
        } catch (ClassNotFoundException e) {
            return false; // the assertion says which one
        }
    }
}
