package io.breakwater.report.accesslog;

import io.breakwater.exchange.ExchangeView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A compiled access-log template: an array of parts that write themselves into a buffer of bytes.
/// Values are escaped so that a request can neither end a line nor close a quote. A template that
/// begins with `{"` is JSON: values are escaped as JSON strings, and get quotes of their own where
/// none stand around the tag. Immutable; safe for all threads.
public final class LogFormat {
    private static final String COMMON =
            "{client-ip} - {remote-user} [{when-common}] \"{request}\" {status} {size}";
    private static final String SHORT =
            "{client-ip} {method} {uri} {proto} {status} {size-human} - {latency}ms";
    private static final String JSON =
            "{\"when\":{when},\"server\":{server},\"remote\":{remote},\"client_ip\":{client-ip},"
                    + "\"host\":{host},\"method\":{method},\"uri\":{uri},\"proto\":{proto},"
                    + "\"status\":{status},\"size\":{size},\"payload_size\":{payload-size},"
                    + "\"latency\":{latency},\"referer\":{referer},\"user_agent\":{user-agent},"
                    + "\"request_id\":{request-id},\"location\":{location},\"upstream\":{upstream},"
                    + "\"upstream_addr\":{:upstream-addr},\"upstream_status\":{:upstream-status},"
                    + "\"upstream_time\":{:upstream-response-time},\"cache\":{cache},"
                    + "\"reason\":{reason}}";
    private static final Map<String, String> PREDEFINED =
            Map.of(
                    "tiny", "{method} {uri} {status} {size-human} - {latency}ms",
                    "short", SHORT,
                    "common", COMMON,
                    "combined", COMMON + " \"{referer}\" \"{user-agent}\"",
                    "json", JSON);

    private static final Pattern TAG = Pattern.compile("\\{([A-Za-z~><$:][^{}\"\\s]*)}");
    private static final Pattern JSON_START = Pattern.compile("^\\s*\\{\\s*\"");

    private static final ThreadLocal<LineBuffer> BUFFERS = ThreadLocal.withInitial(LineBuffer::new);

    private final String text;
    private final Part[] parts;

    private LogFormat(String text, Part[] parts) {
        this.text = text;
        this.parts = parts;
    }

    /// Compiles a template.
    ///
    /// @param text a template, or the name of a predefined one (`tiny short common combined json`)
    /// @return the format
    /// @throws IllegalArgumentException when the template is empty, has a line break or an unknown
    ///   tag; the message names the tag, its position and the nearest known tag
    public static LogFormat compile(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "format is empty (expected: a template, or tiny, short, common, combined,"
                            + " json)");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' && text.charAt(i) != '\t') {
                throw new IllegalArgumentException(
                        "control character at position %d (expected: one line)".formatted(i + 1));
            }
        }
        String template = PREDEFINED.getOrDefault(text, text);
        return new LogFormat(text, parts(template));
    }

    /// Whether a text is the name of a predefined format.
    ///
    /// @param name the text
    /// @return true for `tiny short common combined json`
    public static boolean isPredefined(String name) {
        return PREDEFINED.containsKey(name);
    }

    /// The line of an exchange.
    ///
    /// @param view the finished exchange
    /// @return the line without a line break
    public String render(ExchangeView view) {
        LineBuffer line = buffer();
        append(view, line);
        return line.toString();
    }

    /// Writes the line of an exchange, without a line break.
    ///
    /// @param view the finished exchange
    /// @param out where to
    public void append(ExchangeView view, LineBuffer out) {
        for (Part part : parts) {
            Tag tag = part.tag;
            if (tag == null) {
                out.put(part.literal);
            } else {
                tag.append(view, part.style, out);
            }
        }
    }

    /// The template or name it was compiled from.
    ///
    /// @return the text as given
    @Override
    public String toString() {
        return text;
    }

    /// The calling thread's buffer, emptied.
    static LineBuffer buffer() {
        LineBuffer line = BUFFERS.get();
        line.clear();
        return line;
    }

    private static Part[] parts(String template) {
        boolean json = JSON_START.matcher(template).find();
        boolean quoted = false;
        List<Part> parts = new ArrayList<>();
        Matcher matcher = TAG.matcher(template);
        int from = 0;
        while (matcher.find()) {
            String literal = template.substring(from, matcher.start());
            quoted ^= json && oddQuotes(literal);
            addLiteral(literal, parts);
            parts.add(part(matcher, styleOf(json, quoted)));
            from = matcher.end();
        }
        addLiteral(template.substring(from), parts);
        return parts.toArray(Part[]::new);
    }

    private static Part part(Matcher matcher, Tag.Style style) {
        String name = matcher.group(1);
        Tag tag = Tags.find(name);
        if (tag == null) {
            throw new IllegalArgumentException(
                    "{%s} at position %d: no such tag (nearest: {%s})"
                            .formatted(name, matcher.start() + 1, Tags.nearest(name)));
        }
        return new Part(tag, style, new byte[0]);
    }

    private static Tag.Style styleOf(boolean json, boolean quoted) {
        if (!json) {
            return Tag.Style.PLAIN;
        }
        return quoted ? Tag.Style.JSON_QUOTED : Tag.Style.JSON_VALUE;
    }

    private static void addLiteral(String literal, List<Part> parts) {
        if (!literal.isEmpty()) {
            byte[] bytes = literal.getBytes(StandardCharsets.UTF_8);
            parts.add(new Part(null, Tag.Style.PLAIN, bytes));
        }
    }

    private static boolean oddQuotes(String literal) {
        boolean odd = false;
        for (int i = 0; i < literal.length(); i++) {
            if (literal.charAt(i) == '\\') {
                i++;
            } else if (literal.charAt(i) == '"') {
                odd = !odd;
            }
        }
        return odd;
    }

    /// A piece of literal text, or a tag.
    // The literal never leaves this class.
    @SuppressWarnings("ArrayRecordComponent")
    private record Part(@Nullable Tag tag, Tag.Style style, byte[] literal) {}
}
