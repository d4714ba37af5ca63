package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A condition beside host and path.
sealed interface Condition {
    /// Whether the request meets it.
    boolean holds(RequestHead head);

    /// Why the request does not meet it, in words.
    String lost(RequestHead head);

    /// What a named condition looks at.
    enum Part {
        /// A field.
        HEADER("header"),
        /// A query parameter.
        QUERY("query"),
        /// A cookie.
        COOKIE("cookie");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        @Nullable String of(RequestHead head, String name) {
            return switch (this) {
                case HEADER -> head.header(name);
                case QUERY -> head.argument(name);
                case COOKIE -> head.cookie(name);
            };
        }
    }

    /// Compiles `name`, `name:value` or `name:~regex`.
    ///
    /// @throws java.util.regex.PatternSyntaxException when the expression is none
    /// @throws IllegalArgumentException without a name
    static Condition of(Part part, String text) {
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).strip();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name, name:value or name:~regex");
        }
        if (colon < 0) {
            return new Present(part, name);
        }
        String value = text.substring(colon + 1).strip();
        return value.startsWith("~")
                ? new Like(part, name, Regex.afterTilde(value.substring(1)))
                : new Equal(part, name, value);
    }

    /// The method is one of some.
    record Method(List<String> methods) implements Condition {
        @Override
        public boolean holds(RequestHead head) {
            return methods.contains(head.method());
        }

        @Override
        public String lost(RequestHead head) {
            return "method " + head.method() + " not in " + String.join(", ", methods);
        }
    }

    /// There is a value.
    record Present(Part part, String name) implements Condition {
        @Override
        public boolean holds(RequestHead head) {
            return part.of(head, name) != null;
        }

        @Override
        public String lost(RequestHead head) {
            return part.label + " " + name + " missing";
        }
    }

    /// The value is one text.
    record Equal(Part part, String name, String value) implements Condition {
        @Override
        public boolean holds(RequestHead head) {
            return value.equals(part.of(head, name));
        }

        @Override
        public String lost(RequestHead head) {
            String missing = part.label + " " + name + " missing";
            return part.of(head, name) == null
                    ? missing
                    : part.label + " " + name + " not equal to " + value;
        }
    }

    /// An expression is found in the value.
    record Like(Part part, String name, Regex regex) implements Condition {
        @Override
        public boolean holds(RequestHead head) {
            String value = part.of(head, name);
            return value != null && regex.matches(value);
        }

        @Override
        public String lost(RequestHead head) {
            String missing = part.label + " " + name + " missing";
            return part.of(head, name) == null
                    ? missing
                    : part.label + " " + name + " does not match ~" + regex;
        }
    }
}
