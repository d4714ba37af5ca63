package io.breakwater.config.reload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.ConfigReader;
import io.breakwater.config.Configuration;
import io.breakwater.config.Document;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds everything that is wrong with a document, in one go. `ConfigReader` finds what it can; the
/// engine's checks (regexes, templates) need a readable configuration, so the faulty fields are
/// left out until the rest reads, and the rest is checked as well.
final class Validation {
    // Leaving out a field may make its object unreadable, and leaving out that one a reference.
    private static final int ROUNDS = 6;

    private final Engine engine;

    Validation(Engine engine) {
        this.engine = engine;
    }

    /// Reads and checks.
    ///
    /// @throws InvalidConfigException with every problem, the reader's first
    Configuration check(Document document) throws InvalidConfigException {
        Configuration configuration;
        try {
            configuration = ConfigReader.read(document);
        } catch (InvalidConfigException e) {
            throw new InvalidConfigException(withEngineProblems(document, e.problems()));
        }
        engine.check(configuration);
        return configuration;
    }

    List<Problem> problems(Document document) {
        try {
            check(document);
            return List.of();
        } catch (InvalidConfigException e) {
            return e.problems();
        }
    }

    private List<Problem> withEngineProblems(Document document, List<Problem> found) {
        Set<Problem> all = new LinkedHashSet<>(found);
        Configuration readable = readable(document, found);
        if (readable != null) {
            try {
                engine.check(readable);
            } catch (InvalidConfigException e) {
                all.addAll(e.problems());
            }
        }
        return new ArrayList<>(all);
    }

    private static @Nullable Configuration readable(Document document, List<Problem> found) {
        Document rest = document;
        List<Problem> problems = found;
        for (int round = 0; round < ROUNDS; round++) {
            for (Problem problem : problems) rest = without(rest, problem);
            try {
                return ConfigReader.read(rest);
            } catch (InvalidConfigException e) {
                problems = e.problems();
            }
        }
        return null;
    }

    private static Document without(Document document, Problem problem) {
        int slash = problem.object().indexOf('/');
        if (slash < 0) return document;
        Kind kind = Kind.ofKey(problem.object().substring(0, slash)).orElse(null);
        String name = problem.object().substring(slash + 1);
        ObjectNode body = kind == null ? null : document.get(kind, name);
        if (kind == null || body == null) return document;
        String key = topLevel(problem.key(), body);
        if (key == null) return document.without(kind, name);
        ObjectNode less = body.deepCopy();
        less.remove(key);
        return document.with(kind, name, less);
    }

    /// The field of the object that a dotted key with indexes is in; null when the object as a
    /// whole is at fault, or lacks the field.
    private static @Nullable String topLevel(String key, ObjectNode body) {
        for (int end = key.length(); end > 0; end--) {
            boolean boundary =
                    end == key.length() || key.charAt(end) == '.' || key.charAt(end) == '[';
            if (boundary && body.has(key.substring(0, end))) return key.substring(0, end);
        }
        return null;
    }
}
