package io.breakwater.route;

import io.breakwater.http.PathNormaliser;

/// The path of a location, compiled. Matches decoded paths.
sealed interface PathPattern {
    /// Weight of an exact path.
    int EXACT = 65536;

    /// Weight of a prefix.
    int PREFIX = 32768;

    /// Weight of an expression.
    int REGEX = 16384;

    /// Whether the path matches.
    boolean matches(String path);

    /// What this pattern brings to the location's weight.
    int weight();

    /// Compiles `=/exact`, `/prefix`, `~regex`, `~*regex` or nothing.
    ///
    /// @throws java.util.regex.PatternSyntaxException when the expression is none
    /// @throws IllegalArgumentException with what was expected
    static PathPattern of(String text) {
        if (text.isEmpty()) {
            return new Any();
        }
        if (text.startsWith("~")) {
            return new Expression(Regex.afterTilde(text.substring(1)));
        }
        String path = text.startsWith("=") ? text.substring(1) : text;
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("=/exact, /prefix, ~regex or nothing");
        }
        if (path.contains("//") || PathNormaliser.hasDotSegment(path)) {
            throw new IllegalArgumentException(
                    "a path without // and dot segments, which no request has when it is matched");
        }
        return text.startsWith("=") ? new Exact(path) : new Prefix(path);
    }

    /// Any path.
    record Any() implements PathPattern {
        @Override
        public boolean matches(String path) {
            return true;
        }

        @Override
        public int weight() {
            return 0;
        }
    }

    /// One path.
    record Exact(String exact) implements PathPattern {
        @Override
        public boolean matches(String path) {
            return path.equals(exact);
        }

        @Override
        public int weight() {
            return EXACT + exact.length();
        }
    }

    /// All paths with one beginning.
    record Prefix(String prefix) implements PathPattern {
        @Override
        public boolean matches(String path) {
            return path.startsWith(prefix);
        }

        @Override
        public int weight() {
            return PREFIX + prefix.length();
        }
    }

    /// All paths an expression is found in.
    record Expression(Regex regex) implements PathPattern {
        @Override
        public boolean matches(String path) {
            return regex.matches(path);
        }

        @Override
        public int weight() {
            return REGEX + regex.source().length();
        }
    }
}
