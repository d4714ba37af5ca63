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
                    "(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\\.?|\\[[0-9a-f:.]+]",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern GROUP = Pattern.compile("\\\\.|\\$(\\d)");

    private Conditions() {}

    static List<String> hosts(Fields fields) {
        List<String> hosts = fields.texts("host");
        for (String host : hosts) {
            if (host.startsWith("~")) Regexes.compile(fields, "host", host, host.substring(1));
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
        if (path.startsWith("~")) Regexes.compile(fields, "path", path, path.substring(1));
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
            else if (colon >= 0 && condition.startsWith("~", colon + 1))
                Regexes.compile(fields, key, condition, condition.substring(colon + 2));
        }
        return conditions;
    }

    static List<String> rewrite(Fields fields) {
        List<String> rules = fields.texts("rewrite");
        for (String rule : rules) {
            String[] parts = rule.strip().split("\\s+", -1);
            if (parts.length != 2) {
                fields.problem("rewrite", rule, "a regular expression, a space and a replacement");
                continue;
            }
            Pattern pattern = Regexes.compile(fields, "rewrite", rule, parts[0]);
            if (pattern == null) continue;
            int groups = pattern.matcher("").groupCount();
            Matcher group = GROUP.matcher(parts[1]);
            while (group.find())
                if (group.group(1) != null && Integer.parseInt(group.group(1)) > groups)
                    fields.problem(
                            "rewrite",
                            rule,
                            "only groups that the expression has: it has " + groups);
        }
        return rules;
    }
}
