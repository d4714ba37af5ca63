package io.breakwater.route;

import io.breakwater.exchange.RequestHead;
import io.breakwater.exchange.Text;
import io.breakwater.http.PathChars;
import io.breakwater.route.Template.Literal;
import io.breakwater.route.Template.Reference;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// Renders a template for one kind of place. What is written in the configuration goes in as it is,
/// as far as the place allows; what comes from a request is escaped so that it cannot end the part
/// of the message it is put into.
final class Renderer {
    /// Where the text goes.
    enum Place {
        /// A body or a name: nothing is escaped.
        PLAIN,
        /// A field value: no control characters, UTF-8 as bytes.
        FIELD,
        /// The path of an encoded target.
        PATH,
        /// The query of an encoded target.
        QUERY,
        /// A whole URL.
        URL
    }

    private static final String COMPONENT_EXTRA = "/:@,!*'()";
    private static final String QUERY_EXTRA = ";?";
    private static final String URL_EXTRA = ";?#[]";

    private final Place place;
    private final @Nullable String[] literals;
    private final @Nullable Variable[] variables;

    private Renderer(Place place, @Nullable String[] literals, @Nullable Variable[] variables) {
        this.place = place;
        this.literals = literals;
        this.variables = variables;
    }

    static Renderer of(Template template, Place place) {
        int count = template.parts().size();
        @Nullable String[] literals = new @Nullable String[count];
        @Nullable Variable[] variables = new @Nullable Variable[count];
        for (int i = 0; i < count; i++) {
            switch (template.parts().get(i)) {
                case Literal literal -> literals[i] = literal(literal.text(), place);
                case Reference reference -> variables[i] = reference.variable();
            }
        }
        return new Renderer(place, literals, variables);
    }

    /// The template as a text of the exchange's contract.
    static Text text(Template template, Place place) {
        Renderer renderer = of(template, place);
        if (template.isLiteral()) {
            String fixed = renderer.constant();
            return head -> fixed;
        }
        return head -> renderer.render(head, null);
    }

    /// The text of a template without variables.
    String constant() {
        StringBuilder to = new StringBuilder();
        for (String literal : literals) {
            to.append(literal == null ? "" : literal);
        }
        return to.toString();
    }

    String render(RequestHead head, @Nullable Matcher rule) {
        StringBuilder to = new StringBuilder(64);
        for (int i = 0; i < literals.length; i++) {
            String literal = literals[i];
            Variable variable = variables[i];
            if (literal != null) {
                to.append(literal);
            } else if (variable != null) {
                value(variable.form(), variable.value(head, rule), to);
            }
        }
        return to.toString();
    }

    private static String literal(String text, Place place) {
        StringBuilder to = new StringBuilder(text.length());
        switch (place) {
            case PLAIN -> to.append(text);
            case FIELD -> octets(text, to);
            case PATH -> encoded(text, ";", to);
            case QUERY -> encoded(text, QUERY_EXTRA, to);
            case URL -> encoded(text, URL_EXTRA, to);
        }
        return to.toString();
    }

    private void value(Variable.Form form, String value, StringBuilder to) {
        switch (place) {
            case PLAIN -> to.append(value);
            case FIELD -> field(form, value, to);
            case PATH -> {
                switch (form) {
                    case ENCODED -> encoded(value, ";", to);
                    case PATH, TEXT, FIELD -> decoded(form, value, true, to);
                }
            }
            case QUERY -> {
                switch (form) {
                    case ENCODED -> encoded(value, QUERY_EXTRA, to);
                    case PATH, TEXT, FIELD -> decoded(form, value, false, to);
                }
            }
            case URL -> {
                switch (form) {
                    case ENCODED -> encoded(value, URL_EXTRA, to);
                    case PATH -> decoded(form, value, true, to);
                    case TEXT, FIELD -> decoded(form, value, false, to);
                }
            }
        }
    }

    // RFC 9110 §5.5: CR, LF and NUL in a value are invalid and dangerous; they become spaces.
    private static void field(Variable.Form form, String value, StringBuilder to) {
        int start = to.length();
        switch (form) {
            case TEXT, PATH -> octets(value, to);
            case FIELD, ENCODED -> to.append(value);
        }
        for (int i = start; i < to.length(); i++) {
            char c = to.charAt(i);
            if ((c < ' ' && c != '\t') || c == 127) {
                to.setCharAt(i, ' ');
            } else if (c > 255) {
                to.setCharAt(i, '?'); // has no byte, and its low byte might be a line feed
            }
        }
    }

    /// Appends UTF-8 bytes as the ISO-8859-1 characters that field values are made of.
    private static void octets(String text, StringBuilder to) {
        if (text.chars().allMatch(c -> c < 128)) {
            to.append(text);
            return;
        }
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            to.append((char) (octet & 255));
        }
    }

    /// Appends a text that may hold escapes; they stay, what no URI may hold is encoded.
    private static void encoded(String text, String extra, StringBuilder to) {
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            boolean escape = point == '%' && PathChars.escapeAt(text, i) >= 0;
            if (escape || PathChars.isPlain(point) || (point < 128 && extra.indexOf(point) >= 0)) {
                to.append((char) point);
            } else {
                PathChars.escapeUtf8(to, point);
            }
            i += Character.charCount(point);
        }
    }

    /// Appends characters of a request so that they stay within a path or within one component of a
    /// query.
    private static void decoded(Variable.Form form, String text, boolean path, StringBuilder to) {
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (path ? PathChars.isPlain(point) : PathChars.isUnreserved(point) || isExtra(point)) {
                to.append((char) point);
            } else if (point == '%' && form == Variable.Form.PATH && isKeptEscape(text, i)) {
                to.append('%');
            } else if (form == Variable.Form.FIELD && point < 256) {
                PathChars.escape(to, point);
            } else {
                PathChars.escapeUtf8(to, point);
            }
            i += Character.charCount(point);
        }
    }

    private static boolean isExtra(int point) {
        return point < 128 && COMPONENT_EXTRA.indexOf(point) >= 0;
    }

    /// Whether a `%` of a decoded path is one of the escapes that `PathNormaliser` keeps.
    private static boolean isKeptEscape(String text, int at) {
        int octet = PathChars.escapeAt(text, at);
        return octet == '/' || octet == '\\' || octet == '%';
    }
}
