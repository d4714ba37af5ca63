package io.breakwater.deliver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A compiled error-page template: literal text and placeholders, whose values are escaped for the
/// template's target.
final class PageTemplate {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");

    private final List<Part> parts;
    private final Escape escape;

    private PageTemplate(List<Part> parts, Escape escape) {
        this.parts = parts;
        this.escape = escape;
    }

    /// Compiles a template.
    ///
    /// @param key where the template stands in the configuration, for messages
    /// @throws IllegalArgumentException when it has an unknown placeholder
    static PageTemplate compile(String key, String text, Escape escape) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        int from = 0;
        while (matcher.find()) {
            parts.add(new Part(text.substring(from, matcher.start()), null));
            parts.add(new Part("", placeholder(key, matcher)));
            from = matcher.end();
        }
        parts.add(new Part(text.substring(from), null));
        return new PageTemplate(List.copyOf(parts), escape);
    }

    String render(Values values) {
        StringBuilder out = new StringBuilder(1024);
        for (Part part : parts) {
            Placeholder placeholder = part.placeholder;
            if (placeholder == null) {
                out.append(part.literal);
            } else {
                escape.append(values.of(placeholder), out);
            }
        }
        return out.toString();
    }

    private static Placeholder placeholder(String key, Matcher matcher) {
        String name = matcher.group(1).strip();
        for (Placeholder candidate : Placeholder.values()) {
            if (candidate.spelling.equals(name)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException(
                "%s: {{%s}} at position %d: no such placeholder (expected one of: %s)"
                        .formatted(key, name, matcher.start() + 1, Placeholder.ALL));
    }

    /// What a template can show.
    enum Placeholder {
        /// The status.
        STATUS,
        /// The reason phrase.
        REASON,
        /// What it means for a person.
        MESSAGE,
        /// The request id.
        REQUEST_ID,
        /// The host asked for.
        HOST,
        /// The path asked for.
        PATH,
        /// The present time, UTC.
        TIME,
        /// Our version.
        VERSION;

        private static final String ALL =
                Arrays.stream(values()).map(p -> p.spelling).collect(Collectors.joining(" "));

        private final String spelling = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The values of one error answer.
    interface Values {
        /// The value of a placeholder, not escaped.
        String of(Placeholder placeholder);
    }

    /// How values are escaped.
    enum Escape {
        /// For element content and quoted attributes.
        HTML {
            @Override
            void append(String value, StringBuilder out) {
                for (int i = 0; i < value.length(); i++) {
                    char c = value.charAt(i);
                    switch (c) {
                        case '&' -> out.append("&amp;");
                        case '<' -> out.append("&lt;");
                        case '>' -> out.append("&gt;");
                        case '"' -> out.append("&quot;");
                        case '\'' -> out.append("&#39;");
                        case '`' -> out.append("&#96;");
                        default -> out.append(isControl(c) ? '\uFFFD' : c);
                    }
                }
            }
        },
        /// For the inside of a JSON string.
        JSON {
            @Override
            void append(String value, StringBuilder out) {
                for (int i = 0; i < value.length(); i++) {
                    char c = value.charAt(i);
                    if (c == '"' || c == '\\') {
                        out.append('\\').append(c);
                    } else if (isControl(c) || c == '<' || c == '>' || Character.isSurrogate(c)) {
                        // Escaped surrogates are right in pairs and harmless alone.
                        out.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        },
        /// For plain text: control characters cannot reach a terminal.
        TEXT {
            @Override
            void append(String value, StringBuilder out) {
                for (int i = 0; i < value.length(); i++) {
                    char c = value.charAt(i);
                    out.append(isControl(c) ? '\uFFFD' : c);
                }
            }
        };

        abstract void append(String value, StringBuilder out);

        String escaped(String value) {
            StringBuilder out = new StringBuilder(value.length() + 16);
            append(value, out);
            return out.toString();
        }

        private static boolean isControl(char c) {
            return c < ' ' || (c >= 0x7F && c < 0xA0);
        }
    }

    private record Part(String literal, @Nullable Placeholder placeholder) {}
}
