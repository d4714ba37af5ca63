package io.breakwater.report.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array of bytes in which one log line is made. Not safe for several threads at once.
public final class LineBuffer {
    private static final int FIRST_SIZE = 512;
    private static final int KEPT_SIZE = 64 * 1024;
    private static final byte[] HEX_UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /// What stands for a byte below 128 in a text line: 0 for itself, 1 for `\xHH`.
    private static final byte[] ESCAPED = new byte[128];

    /// The same for JSON: 0 for itself, 1 for a numeric escape, else what follows the backslash.
    private static final byte[] JSON_ESCAPED = new byte[128];

    static {
        Arrays.fill(ESCAPED, 0, 32, (byte) 1);
        ESCAPED[127] = 1;
        ESCAPED['"'] = 1;
        ESCAPED['\\'] = 1;
        Arrays.fill(JSON_ESCAPED, 0, 32, (byte) 1);
        JSON_ESCAPED[127] = 1;
        JSON_ESCAPED['"'] = '"';
        JSON_ESCAPED['\\'] = '\\';
        JSON_ESCAPED['\n'] = 'n';
        JSON_ESCAPED['\r'] = 'r';
        JSON_ESCAPED['\t'] = 't';
    }

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    /// Makes an empty buffer.
    public LineBuffer() {}

    /// How many bytes are in it.
    ///
    /// @return 0 or more
    public int length() {
        return length;
    }

    /// The content as text.
    ///
    /// @return the bytes, read as UTF-8
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /// Empties the buffer; an unusually large array is given up.
    void clear() {
        length = 0;
        if (bytes.length > KEPT_SIZE) {
            bytes = new byte[FIRST_SIZE];
        }
    }

    void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, length);
    }

    void put(byte[] literal) {
        reserve(literal.length);
        System.arraycopy(literal, 0, bytes, length, literal.length);
        length += literal.length;
    }

    void put(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    /// Text that is known to be ASCII and harmless.
    void putAscii(String text) {
        int count = text.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void putNumber(long number) {
        if (number < 0) {
            putAscii(Long.toString(number));
            return;
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        reserve(digits);
        long rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /// A number with leading zeros.
    void putPadded(int number, int digits) {
        reserve(digits);
        int rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /// A value as nginx writes it: quotes, backslashes and all bytes outside of printable ASCII as
    /// `\xHH`.
    ///
    /// @param octets whether each char up to 255 stands for one byte, as in header fields; else the
    ///   text is encoded as UTF-8
    void putEscaped(String value, boolean octets) {
        int count = value.length();
        reserve(count * 4);
        for (int i = 0; i < count; i++) {
            char c = value.charAt(i);
            if (c < 128) {
                if (ESCAPED[c] == 0) {
                    bytes[length++] = (byte) c;
                } else {
                    putHex(c);
                }
            } else if (c < 256 && octets) {
                putHex(c);
            } else {
                i += putUtf8Hex(value, i);
            }
        }
    }

    /// The inside of a JSON string; always valid UTF-8. Header fields whose bytes are UTF-8 are
    /// shown as what they mean, others byte for byte.
    void putJson(String value, boolean octets) {
        int count = value.length();
        reserve(count * 6);
        for (int i = 0; i < count; i++) {
            char c = value.charAt(i);
            if (c >= 128) {
                putJsonRest(octets ? meaning(value) : value, i);
                return;
            }
            putJsonAscii(c);
        }
    }

    /// Continues where the first char beyond ASCII stands; the chars before it are the same in both
    /// readings.
    private void putJsonRest(String value, int from) {
        reserve((value.length() - from) * 6);
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 128) {
                putJsonAscii(c);
            } else if (c < 0xA0) {
                putAscii("\\u00");
                bytes[length++] = HEX_UPPER[c >> 4];
                bytes[length++] = HEX_UPPER[c & 15];
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                put(value.substring(i, i + 2).getBytes(StandardCharsets.UTF_8));
                i++;
            } else if (Character.isSurrogate(c)) {
                putAscii("\\uFFFD");
            } else {
                put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
            reserve((value.length() - i) * 6);
        }
    }

    private void putJsonAscii(char c) {
        byte how = JSON_ESCAPED[c];
        if (how == 0) {
            bytes[length++] = (byte) c;
        } else if (how == 1) {
            bytes[length++] = '\\';
            bytes[length++] = 'u';
            bytes[length++] = '0';
            bytes[length++] = '0';
            bytes[length++] = HEX_UPPER[c >> 4];
            bytes[length++] = HEX_UPPER[c & 15];
        } else {
            bytes[length++] = '\\';
            bytes[length++] = how;
        }
    }

    private void putHex(int octet) {
        bytes[length++] = '\\';
        bytes[length++] = 'x';
        bytes[length++] = HEX_UPPER[octet >> 4 & 15];
        bytes[length++] = HEX_UPPER[octet & 15];
    }

    /// Writes one code point beyond ASCII.
    ///
    /// @return how many chars it took beyond the first
    private int putUtf8Hex(String value, int at) {
        char c = value.charAt(at);
        boolean pair =
                Character.isHighSurrogate(c)
                        && at + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(at + 1));
        byte[] encoded = value.substring(at, at + (pair ? 2 : 1)).getBytes(StandardCharsets.UTF_8);
        reserve((value.length() - at) * 4 + encoded.length * 4);
        for (byte octet : encoded) {
            putHex(octet);
        }
        return pair ? 1 : 0;
    }

    /// The text that a field's bytes mean: UTF-8 where they are valid UTF-8, else one char a byte.
    private static String meaning(String field) {
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) > 255) {
                return field;
            }
        }
        String text =
                new String(field.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : field;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
