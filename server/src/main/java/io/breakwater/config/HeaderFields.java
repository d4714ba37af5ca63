package io.breakwater.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads header fields and operations on them.
final class HeaderFields {
    // RFC 9110 §5.6.2
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    // RFC 9110 §7.6.1 and RFC 9112 §6: these frame the message and belong to the connection.
    private static final Set<String> FRAMING =
            Set.of(
                    "connection",
                    "content-length",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private HeaderFields() {}

    static HeaderOps operations(Fields fields, String key) {
        Fields table = fields.table(key);
        if (table == null) return HeaderOps.NONE;
        List<String> remove = table.texts("remove");
        for (String name : remove) checkName(table, "remove", name);
        HeaderOps operations =
                new HeaderOps(
                        texts(table, "set"), texts(table, "add"), remove, texts(table, "default"));
        table.reportUnknown();
        return operations;
    }

    static Map<String, String> texts(Fields fields, String key) {
        Map<String, String> texts = fields.textTable(key);
        texts.forEach((name, value) -> {
            checkName(fields, key, name);
            if (breaksLine(value))
                fields.problem(key + "." + name, value, "text without line breaks and NUL");
        });
        return texts;
    }

    private static void checkName(Fields fields, String key, String name) {
        if (!isToken(name)) fields.problem(key, name, "the name of a header field");
        else if (FRAMING.contains(name.toLowerCase(Locale.ROOT)))
            fields.problem(
                    key, name, "a field that does not frame the message; this one is set for you");
    }

    static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    static boolean breaksLine(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0;
    }
}
