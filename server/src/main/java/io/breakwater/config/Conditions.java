package io.breakwater.config;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what a location matches and how it rewrites paths; regexes are tried out.
final class Conditions {
    private static final Pattern HOST =
            Pattern.compile(
                    "(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\\.?", Pattern.CASE_INSENSITIVE);
    private static final Pattern RULE = Pattern.compile("(.*\\S)\\s+(\\S+)");

    private Conditions() {}

    static List<String> hosts(Fields fields) {
        List<String> hosts = fields.texts("host");
        for (String host : hosts) {
            if (host.startsWith("~")) Regexes.tryMarked(fields, "host", host, host);
            else if (!isHost(host))
                fields.problem(
                        "host",
                        host,
                        "a host name without port, *.example.com, or ~ and a regular expression");
        }
        return hosts;
    }

    private static boolean isHost(String host) {
        if (host.contains("..")) return false;
        if (HOST.matcher(host).matches()) return true;
        if (host.indexOf(':') >= 0)
            return HostPort.literal(host.replaceFirst("^\\[(.*)]$", "$1")) != null;
        try {
            boolean wild = host.startsWith("*.");
            String ascii = IDN.toASCII(wild ? host.substring(2) : host);
            return HOST.matcher(ascii).matches() && !ascii.startsWith("*");
        } catch (IllegalArgumentException e) {
            return false; // the caller says what is expected
        }
    }

    static String path(Fields fields) {
        String path = fields.text("path");
        if (path.startsWith("~")) Regexes.tryMarked(fields, "path", path, path);
        else if (!path.isEmpty() && !path.startsWith("/") && !path.startsWith("=/"))
            fields.problem("path", path, "=/exact, /prefix, ~ and a regular expression, or empty");
        return path;
    }

    static List<String> methods(Fields fields) {
        List<String> methods = fields.texts("methods");
        for (String method : methods)
            if (!HeaderFields.isToken(method))
                fields.problem("methods", method, "a method such as GET");
        return methods.stream().map(method -> method.toUpperCase(Locale.ROOT)).distinct().toList();
    }

    static List<String> of(Fields fields, String key) {
        List<String> conditions = fields.texts(key);
        for (String condition : conditions) {
            int colon = condition.indexOf(':');
            String name = colon < 0 ? condition : condition.substring(0, colon);
            if (name.isBlank())
                fields.problem(key, condition, "name, name:value, or name:~ and a regex");
            else if (colon >= 0) {
                String value = condition.substring(colon + 1).strip();
                if (value.startsWith("~")) Regexes.tryMarked(fields, key, condition, value);
            }
        }
        return conditions;
    }

    static List<String> rewrite(Fields fields) {
        List<String> rules = fields.texts("rewrite");
        for (String rule : rules) {
            // The last white space is the border, so that the expression may hold some itself.
            Matcher parts = RULE.matcher(rule.strip());
            if (parts.matches()) Regexes.tryOut(fields, "rewrite", rule, parts.group(1));
            else fields.problem("rewrite", rule, "a regular expression, a space and a replacement");
        }
        return rules;
    }
}
