package io.breakwater.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Brings fields by which responses are chosen into one form, so that requests that mean the same
/// share a stored response (RFC 9111 §4.1). Nothing but what is known to mean the same is changed.
public final class Preferences {
    private static final int FULL = 1000;

    private Preferences() {}

    /// One form of the value of a request field.
    ///
    /// @param name the field's name in lower case
    /// @param value the combined value
    /// @return for `accept-encoding` and `accept-language` members in lower case by falling
    ///   quality, then by name; for others the members with one comma and blank between them
    public static String normal(String name, String value) {
        return switch (name) {
            case "accept-encoding" -> weighted(value, true);
            case "accept-language" -> weighted(value, false);
            default -> spaced(value);
        };
    }

    /// RFC 9110 §5.6.1: blanks around commas and empty members say nothing in a list. Commas of a
    /// date stay where they are, as each has one blank behind it already.
    private static String spaced(String value) {
        return value.indexOf(',') < 0
                ? value.strip()
                : String.join(", ", FieldSyntax.members(value));
    }

    private static String weighted(String value, boolean codings) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (String member : FieldSyntax.members(value.toLowerCase(Locale.ROOT))) {
            int semicolon = member.indexOf(';');
            String name = (semicolon < 0 ? member : member.substring(0, semicolon)).strip();
            int weight = semicolon < 0 ? FULL : weight(member.substring(semicolon + 1).strip());
            if (weight < 0) return spaced(value); // not well formed: left as it is
            // RFC 9110 §8.4.1: x-gzip and x-compress are gzip and compress
            if (codings && (name.equals("x-gzip") || name.equals("x-compress")))
                name = name.substring(2);
            weights.putIfAbsent(name, weight);
        }
        if (codings && !weights.containsKey("*"))
            // RFC 9110 §12.5.3: what is not listed is not acceptable anyway; identity is
            weights.entrySet()
                    .removeIf(one -> one.getValue() == 0 && !one.getKey().equals("identity"));
        List<String> names = new ArrayList<>(weights.keySet());
        names.sort(null);
        names.sort((one, other) -> weights.getOrDefault(other, 0) - weights.getOrDefault(one, 0));
        StringBuilder normal = new StringBuilder();
        for (String name : names) {
            if (!normal.isEmpty()) normal.append(", ");
            normal.append(name);
            int weight = weights.getOrDefault(name, FULL);
            if (weight < FULL) normal.append(";q=").append(decimal(weight));
        }
        return normal.toString();
    }

    /// Thousandths (RFC 9110 §12.4.2); -1 when it is no weight.
    private static int weight(String parameter) {
        if (!parameter.matches("q\\s*=\\s*(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) return -1;
        String digits = parameter.substring(parameter.indexOf('=') + 1).strip().replace(".", "");
        return Integer.parseInt((digits + "000").substring(0, 4));
    }

    private static String decimal(int thousandths) {
        if (thousandths == 0) return "0";
        String digits = "00" + thousandths;
        return "0." + digits.substring(digits.length() - 3).replaceFirst("0+$", "");
    }
}
