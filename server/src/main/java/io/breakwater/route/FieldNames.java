package io.breakwater.route;

import java.util.Locale;
import java.util.Set;

/// Which fields a configuration may change.
final class FieldNames {
    // RFC 9110 §7.6.1 and RFC 9112 §6: they belong to one connection or frame the message, and the
    // relay writes them itself.
    private static final Set<String> FRAMING =
            Set.of(
                    "connection",
                    "transfer-encoding",
                    "content-length",
                    "keep-alive",
                    "upgrade",
                    "te",
                    "trailer",
                    "proxy-connection");

    private FieldNames() {}

    /// Whether the relay alone writes a field.
    static boolean isFraming(String name) {
        return FRAMING.contains(name.toLowerCase(Locale.ROOT));
    }

    /// Whether a name is a token (RFC 9110 §5.6.2).
    static boolean isToken(String name) {
        return !name.isEmpty() && name.chars().allMatch(FieldNames::isTokenChar);
    }

    private static boolean isTokenChar(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }
}
