package io.breakwater.route;

import java.util.ArrayList;
import java.util.List;

/// A text cut into literals and variables. `$name` takes the longest name that is known, `${name}`
/// exactly the one in braces, `$$` is a dollar.
///
/// @param parts in order; neighbouring literals are one
record Template(List<Part> parts) {
    /// A piece of the text.
    sealed interface Part {}

    /// Characters as written.
    record Literal(String text) implements Part {}

    /// A variable.
    record Reference(Variable variable) implements Part {}

    /// A text that cannot be compiled.
    static final class BadTemplate extends Exception {
        private static final long serialVersionUID = 1L;

        BadTemplate(String expected) {
            super(expected, null, false, false);
        }

        /// What was expected, for a `Problem`.
        String expected() {
            return String.valueOf(getMessage());
        }
    }

    Template {
        parts = List.copyOf(parts);
    }

    /// Cuts a text.
    ///
    /// @throws BadTemplate when a variable is unknown or a dollar stands alone
    static Template parse(String text, Variables variables) throws BadTemplate {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$') {
                literal.append(c);
                at++;
            } else if (text.startsWith("$$", at)) {
                literal.append('$');
                at += 2;
            } else {
                if (!literal.isEmpty()) {
                    parts.add(new Literal(literal.toString()));
                    literal.setLength(0);
                }
                at = reference(text, at + 1, variables, parts);
            }
        }
        if (!literal.isEmpty()) {
            parts.add(new Literal(literal.toString()));
        }
        return new Template(parts);
    }

    private static int reference(String text, int from, Variables variables, List<Part> parts)
            throws BadTemplate {
        int close = text.indexOf('}', from);
        if (text.startsWith("{", from)) {
            if (close < 0) {
                throw new BadTemplate("a closing } after ${");
            }
            String name = text.substring(from + 1, close);
            Variable variable = variables.find(name);
            if (variable == null) {
                throw unknown(name);
            }
            parts.add(new Reference(variable));
            return close + 1;
        }
        int end = from;
        while (end < text.length() && isNameChar(text.charAt(end))) {
            end++;
        }
        if (end == from) {
            throw new BadTemplate("a name after $, or $$ for a dollar");
        }
        int length = variables.longest(text, from, end);
        Variable variable =
                length == 0 ? null : variables.find(text.substring(from, from + length));
        if (variable == null) {
            throw unknown(text.substring(from, end));
        }
        parts.add(new Reference(variable));
        return from + length;
    }

    private static boolean isNameChar(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_';
    }

    private static BadTemplate unknown(String name) {
        return new BadTemplate("a known variable instead of $" + name + ", or $$ for a dollar");
    }

    /// Whether no variable is in it.
    boolean isLiteral() {
        return parts.isEmpty() || (parts.size() == 1 && parts.getFirst() instanceof Literal);
    }
}
