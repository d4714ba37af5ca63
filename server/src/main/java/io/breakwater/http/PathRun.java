package io.breakwater.http;

import io.breakwater.http.PathNormaliser.Normalised;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One normalisation of a path that is not plain. Goes over the segments once; each is written in
/// both forms and then kept, dropped or made to take the one before it away.
final class PathRun {
    /// Stands for a decoded `%` until it is known what follows; NUL itself is refused.
    private static final char PERCENT = '\0';

    private static final char REPLACEMENT = '\uFFFD';

    private final String raw;
    private final StringBuilder decoded;
    private final StringBuilder encoded;
    private @Nullable String refusal;
    private boolean percent;
    private boolean dots;

    PathRun(String raw) {
        this.raw = raw;
        decoded = new StringBuilder(raw.length() + 8);
        encoded = new StringBuilder(raw.length() + 8);
    }

    @Nullable String refusal() {
        return refusal;
    }

    /// Whether a dot segment was resolved or refused.
    boolean sawDots() {
        return dots;
    }

    @Nullable Normalised normalise() {
        if (raw.charAt(0) != '/') {
            return refuse("a path starts with /");
        }
        decoded.append('/');
        encoded.append('/');
        int at = 1;
        while (at <= raw.length()) {
            int slash = raw.indexOf('/', at);
            int end = slash < 0 ? raw.length() : slash;
            segment(at, end, slash < 0);
            if (refusal != null) {
                return null;
            }
            at = end + 1;
        }
        return new Normalised(percent ? settlePercents() : decoded.toString(), encoded.toString());
    }

    /// Both builders end with `/` when a segment begins.
    private void segment(int from, int end, boolean last) {
        int decodedStart = decoded.length();
        int encodedStart = encoded.length();
        write(from, end);
        if (refusal != null) {
            return;
        }
        int length = decoded.length() - decodedStart;
        if (length == 0) {
            // Empty, or parameters only, as in /a/;jsessionid=1 where they belong to the folder.
            encoded.setLength(last ? encoded.length() : encodedStart);
        } else if (isDots(decodedStart, length)) {
            dots = true;
            decoded.setLength(decodedStart);
            encoded.setLength(encodedStart);
            if (length == 2) {
                dropSegment();
            }
        } else if (hidesDots(decodedStart)) {
            dots = true;
            refuse("a dot segment beside an encoded slash");
        } else if (!last) {
            decoded.append('/');
            encoded.append('/');
        }
    }

    private boolean isDots(int start, int length) {
        return length <= 2
                && decoded.charAt(start) == '.'
                && decoded.charAt(start + length - 1) == '.';
    }

    private void dropSegment() {
        if (decoded.length() == 1) {
            refuse(".. above the root");
            return;
        }
        decoded.setLength(decoded.lastIndexOf("/", decoded.length() - 2) + 1);
        encoded.setLength(encoded.lastIndexOf("/", encoded.length() - 2) + 1);
    }

    /// Whether one of the pieces between encoded slashes is a dot segment.
    private boolean hidesDots(int start) {
        if (decoded.indexOf("%", start) < 0) {
            return false;
        }
        String segment = decoded.substring(start).replace("%5C", "%2F");
        if (!segment.contains("%2F")) {
            return false;
        }
        for (String piece : segment.split("%2F", -1)) {
            if (piece.equals(".") || piece.equals("..")) {
                return true;
            }
        }
        return false;
    }

    /// Writes a segment in both forms; parameters only into the encoded one.
    private void write(int from, int end) {
        boolean named = true;
        int at = from;
        while (at < end && refusal == null) {
            char c = raw.charAt(at);
            named &= c != ';';
            if (c == '%') {
                at = escapes(at, end, named);
                continue;
            }
            int point = raw.codePointAt(at);
            if (Character.isISOControl(point)) {
                refuse("a control character");
            } else if (point == REPLACEMENT || Character.getType(point) == Character.SURROGATE) {
                refuse("bytes that are not UTF-8");
            } else if (c == '?' || c == '#') {
                refuse("? or # inside of the path");
            } else {
                character(point, named);
            }
            at += Character.charCount(point);
        }
    }

    private void character(int point, boolean named) {
        if (point == '\\') {
            encoded.append("%5C");
            if (named) {
                decoded.append("%5C");
            }
            return;
        }
        if (PathChars.isPlain(point) || point == ';') {
            encoded.append((char) point);
        } else {
            PathChars.escapeUtf8(encoded, point);
        }
        if (named) {
            decoded.appendCodePoint(point);
        }
    }

    /// Reads a run of escapes: bytes of ASCII one by one, others together as UTF-8.
    private int escapes(int from, int end, boolean named) {
        int at = from;
        while (at < end && raw.charAt(at) == '%') {
            int octet = at + 2 < end ? PathChars.escapeAt(raw, at) : -1;
            if (octet < 0) {
                refuse("an incomplete escape");
                return end;
            }
            if (octet >= 128) {
                at = utf8(at, end, named);
                continue;
            }
            if (Character.isISOControl(octet)) {
                refuse("an escaped control character");
                return end;
            }
            ascii(octet, named);
            at += 3;
        }
        return at;
    }

    private void ascii(int octet, boolean named) {
        if (PathChars.isUnreserved(octet)) {
            encoded.append((char) octet);
        } else {
            PathChars.escape(encoded, octet);
        }
        if (!named) {
            return;
        }
        switch (octet) {
            case '/' -> decoded.append("%2F");
            case '\\' -> decoded.append("%5C");
            case '%' -> {
                percent = true;
                decoded.append(PERCENT);
            }
            default -> decoded.append((char) octet);
        }
    }

    private int utf8(int from, int end, boolean named) {
        ByteBuffer octets = ByteBuffer.allocate((end - from) / 3);
        int at = from;
        while (at + 2 < end && raw.charAt(at) == '%') {
            int octet = PathChars.escapeAt(raw, at);
            if (octet < 128) {
                break;
            }
            octets.put((byte) octet);
            PathChars.escape(encoded, octet);
            at += 3;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
            if (text.chars().anyMatch(Character::isISOControl)) {
                refuse("an escaped control character");
            } else if (named) {
                decoded.append(text);
            }
        } catch (CharacterCodingException notUtf8) {
            refuse("escapes that are not UTF-8"); // the position says nothing more to an operator
        }
        return at;
    }

    /// A literal percent sign stays encoded where the text after it would make an escape of it.
    private String settlePercents() {
        StringBuilder settled = new StringBuilder(decoded.length() + 8);
        for (int i = 0; i < decoded.length(); i++) {
            char c = decoded.charAt(i);
            settled.append(c == PERCENT ? '%' : c);
            if (c == PERCENT && isHex(i + 1) && isHex(i + 2)) {
                settled.append("25");
            }
        }
        return settled.toString();
    }

    private boolean isHex(int at) {
        return at < decoded.length()
                && decoded.charAt(at) < 128
                && Character.digit(decoded.charAt(at), 16) >= 0;
    }

    private @Nullable Normalised refuse(String why) {
        refusal = why;
        return null;
    }
}
