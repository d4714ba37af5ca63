package io.breakwater.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The syntax that many fields share: tokens, quoted strings, lists (RFC 9110 §5.6).
public final class FieldSyntax {
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= 'z'; c++) TOKEN[c] = c <= '9' || (c >= 'A' && c <= 'Z') || c >= 'a';
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) TOKEN[c] = true;
    }

    private FieldSyntax() {}

    /// Whether a character may stand in a token.
    ///
    /// @param c the character
    /// @return true for `tchar` (RFC 9110 §5.6.2)
    public static boolean isTokenChar(char c) {
        return c < 128 && TOKEN[c];
    }

    /// Whether a text is a token.
    ///
    /// @param text the text
    /// @return false for an empty one too
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) if (!isTokenChar(text.charAt(i))) return false;
        return !text.isEmpty();
    }

    /// The members of a list (RFC 9110 §5.6.1). Commas inside of quoted strings do not part
    /// members.
    ///
    /// @param value the field's value, null for an absent field
    /// @return members without surrounding white space; empty ones are left out
    public static List<String> members(@Nullable String value) {
        if (value == null) return List.of();
        List<String> members = new ArrayList<>();
        for (int at = 0; at < value.length(); ) {
            int end = memberEnd(value, at);
            String member = value.substring(at, end).strip();
            if (!member.isEmpty()) members.add(member);
            at = end + 1;
        }
        return members;
    }

    /// Where a member ends.
    ///
    /// @param value the field's value
    /// @param from inside of the member, but not inside of a quoted string
    /// @return index of the comma after the member, or the length
    static int memberEnd(String value, int from) {
        int at = from;
        while (at < value.length() && value.charAt(at) != ',') {
            // A quote that never closes is a character like others, so that it hides no member.
            if (value.charAt(at) == '"') at = Math.max(at, closingQuote(value, at));
            at++;
        }
        return Math.min(at, value.length());
    }

    /// Finds the end of a quoted string.
    ///
    /// @param value the field's value
    /// @param open index of the opening quote
    /// @return index of the closing quote, -1 when there is none
    static int closingQuote(String value, int open) {
        for (int at = open + 1; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '\\') at++;
            else if (c == '"') return at;
        }
        return -1;
    }

    /// Takes the escapes out of the inside of a quoted string (RFC 9110 §5.6.4).
    static String unescape(String value, int from, int end) {
        String inside = value.substring(from, end);
        if (inside.indexOf('\\') < 0) return inside;
        StringBuilder plain = new StringBuilder(inside.length());
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            if (c == '\\' && i + 1 < inside.length()) c = inside.charAt(++i);
            plain.append(c);
        }
        return plain.toString();
    }

    static boolean isBlank(String value, int from, int end) {
        for (int i = from; i < end; i++)
            if (value.charAt(i) != ' ' && value.charAt(i) != '\t') return false;
        return true;
    }
}
