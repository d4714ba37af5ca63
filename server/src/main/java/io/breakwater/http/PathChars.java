package io.breakwater.http;

import java.nio.charset.StandardCharsets;

/// The characters of a path (RFC 3986 §3.3) and their escapes.
public final class PathChars {
    private static final boolean[] UNRESERVED = of("-._~");
    private static final boolean[] PLAIN = of("-._~!$&'()*+,=:@/");
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private PathChars() {}

    private static boolean[] of(String others) {
        boolean[] set = new boolean[128];
        for (char c = '0'; c <= 'z'; c++) {
            set[c] = c <= '9' || (c >= 'A' && c <= 'Z') || c >= 'a';
        }
        for (int i = 0; i < others.length(); i++) {
            set[others.charAt(i)] = true;
        }
        return set;
    }

    /// Whether a character stands for itself anywhere in a path: `pchar` or `/`, but no `;` and no
    /// `%`.
    ///
    /// @param c the character
    /// @return true when it needs no escape and no care
    public static boolean isPlain(int c) {
        return c < 128 && PLAIN[c];
    }

    /// Whether a character is unreserved: its escape means the same as itself (RFC 3986 §2.3).
    ///
    /// @param c the character
    /// @return true for letters, digits and `-._~`
    public static boolean isUnreserved(int c) {
        return c < 128 && UNRESERVED[c];
    }

    /// The value of the escape at an index.
    ///
    /// @param text the text
    /// @param at index of the `%`
    /// @return 0 to 255, -1 when no two hexadecimal digits follow
    public static int escapeAt(String text, int at) {
        if (at + 2 >= text.length()) {
            return -1;
        }
        int high = hex(text.charAt(at + 1));
        int low = hex(text.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : (high << 4) + low;
    }

    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /// Appends one byte as an escape.
    ///
    /// @param to where to append
    /// @param octet 0 to 255
    public static void escape(StringBuilder to, int octet) {
        to.append('%').append(HEX[octet >> 4 & 15]).append(HEX[octet & 15]);
    }

    /// Appends a character as the escapes of its UTF-8 bytes.
    ///
    /// @param to where to append
    /// @param codePoint the character
    public static void escapeUtf8(StringBuilder to, int codePoint) {
        if (codePoint < 128) {
            escape(to, codePoint);
            return;
        }
        for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            escape(to, octet);
        }
    }
}
