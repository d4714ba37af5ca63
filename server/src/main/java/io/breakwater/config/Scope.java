package io.breakwater.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One reading of a document: the document, for references, and the problems found so far.
final class Scope {
    /// Log formats that need no object.
    static final Set<String> BUILT_IN_FORMATS =
            Set.of("tiny", "short", "common", "combined", "json");

    private final Document document;
    private final List<Problem> problems = new ArrayList<>();

    Scope(Document document) {
        this.document = document;
    }

    List<Problem> problems() {
        return problems;
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    /// What is wrong with a name that refers to an object.
    ///
    /// @return the expectation in words, null when there is such an object (enabled or not)
    @Nullable String dangling(Kind kind, String name) {
        if (document.get(kind, name) != null) return null;
        if (kind == Kind.LOG_FORMAT && BUILT_IN_FORMATS.contains(name)) return null;
        String expected = "the name of " + withArticle(kind);
        for (Kind other : Kind.values())
            if (other != kind && document.get(other, name) != null)
                return expected + "; this names " + withArticle(other);
        String nearest = Nearest.of(name, document.of(kind).keySet());
        return nearest == null ? expected + "; there is none" : expected + "; nearest: " + nearest;
    }

    private static String withArticle(Kind kind) {
        String label = kind.label();
        return ("aeiou".indexOf(label.charAt(0)) >= 0 ? "an " : "a ") + label;
    }
}
