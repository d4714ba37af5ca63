package io.breakwater.exchange;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Reads one cookie without parsing all (RFC 6265 §4.2.1: pairs separated by `; `).
final class Cookies {
    private Cookies() {}

    static @Nullable String find(HttpFields fields, String name) {
        for (HttpField field : fields) {
            if (field.getHeader() != HttpHeader.COOKIE) continue;
            for (String pair : field.getValue().split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name))
                    return unquoted(pair.substring(equals + 1).strip());
            }
        }
        return null;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.charAt(0) == '"' && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
