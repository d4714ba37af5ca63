package io.breakwater.http;

import java.nio.charset.StandardCharsets;

/// The characters of a query (RFC 3986 §3.4). What may not stand in a request target either is
/// refused (controls and blanks, which would end the target) or written as what it is: bytes of
/// UTF-8, percent-encoded.
public final class QueryChars {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private QueryChars() {}

    /// Whether a query holds a blank or a control character.
    ///
    /// @param query the query
    /// @return true when it must be refused
    public static boolean breaksTarget(String query) {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c == 0x7f) return true;
        }
        return false;
    }

    /// Writes what is not ASCII in percent-encoding; everything else stays as it is.
    ///
    /// @param query the query
    /// @return ASCII; the same text when it was that already
    public static String ascii(String query) {
        for (int i = 0; i < query.length(); i++) if (query.charAt(i) > 0x7e) return encoded(query);
        return query;
    }

    private static String encoded(String query) {
        StringBuilder text = new StringBuilder(query.length() + 16);
        for (byte b : query.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && b < 0x7f) text.append((char) b);
            else text.append('%').append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
        }
        return text.toString();
    }
}
