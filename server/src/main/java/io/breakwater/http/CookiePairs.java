package io.breakwater.http;

/// The pairs of a Cookie field (RFC 6265 §4.2.1).
public final class CookiePairs {
    private CookiePairs() {}

    /// Takes the pairs of one name away.
    ///
    /// @param field the field's value
    /// @param name the cookie's name; case matters
    /// @return the rest, to the byte as it was; empty when nothing is left
    public static String without(String field, String name) {
        StringBuilder rest = new StringBuilder(field.length());
        boolean dropped = false;
        for (int start = 0; start <= field.length(); ) {
            int end = field.indexOf(';', start);
            if (end < 0) end = field.length();
            if (isNamed(field, start, end, name)) {
                dropped = true;
            } else {
                if (!rest.isEmpty()) rest.append(';');
                else if (dropped) start = skipBlanks(field, start, end);
                rest.append(field, start, end);
            }
            start = end + 1;
        }
        return dropped ? rest.toString() : field;
    }

    private static boolean isNamed(String field, int start, int end, String name) {
        int begin = skipBlanks(field, start, end);
        int equals = field.indexOf('=', begin);
        return equals >= 0 && equals < end && field.substring(begin, equals).strip().equals(name);
    }

    private static int skipBlanks(String field, int start, int end) {
        int at = start;
        while (at < end && (field.charAt(at) == ' ' || field.charAt(at) == '\t')) at++;
        return at;
    }
}
