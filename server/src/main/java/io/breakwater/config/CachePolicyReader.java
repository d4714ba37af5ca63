package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.CacheCondition.On;
import io.breakwater.config.CacheKeyConfig.Query;
import io.breakwater.config.CachePolicyConfig.Directives;
import io.breakwater.config.CachePolicyConfig.SetCookie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads cache policies.
final class CachePolicyReader {
    private static final String CONDITION =
            "header:Name, cookie:name, query:name or $variable, each alone, with :value or with :~"
                + " and a regular expression; or path:/prefix, path:=/exact, path:~ and a regular"
                + " expression";
    private static final Pattern VARIABLE = Pattern.compile("\\$[A-Za-z][A-Za-z0-9_-]*");
    private static final Pattern STATUS = Pattern.compile("[2-5]\\d\\d|[2-5]xx");

    private CachePolicyReader() {}

    static CachePolicyConfig read(String name, Fields fields) {
        return new CachePolicyConfig(
                name,
                fields.flag("enabled"),
                fields.text("note"),
                key(fields),
                fields.choice("origin-directives", Directives.class),
                fields.choice("request-directives", Directives.class),
                ttl(fields),
                fields.durationOrNull("default-ttl"),
                fields.durationOrNull("max-ttl"),
                fields.duration("stale-on-error"),
                fields.duration("stale-while-updating"),
                fields.flag("background-refresh"),
                methods(fields),
                fields.size("max-object-size", 0),
                slice(fields),
                fields.integer("min-uses"),
                fields.choice("set-cookie", SetCookie.class),
                ignoreVary(fields),
                fields.size("keep-filling", 0),
                conditions(fields, "bypass"),
                conditions(fields, "no-store"),
                fields.flag("collapse"),
                fields.duration("lock-timeout"),
                names(fields, "tag-headers"),
                purgeFrom(fields),
                fields.flag("debug-headers"));
    }

    private static CacheKeyConfig key(Fields fields) {
        Fields table = fields.tableOrEmpty("key");
        CacheKeyConfig key =
                new CacheKeyConfig(
                        table.flag("scheme"),
                        table.flag("host"),
                        table.flag("path"),
                        table.choice("query", Query.class),
                        table.texts("query-names"),
                        table.flag("sort"),
                        names(table, "headers"),
                        table.texts("cookies"));
        table.reportUnknown();
        boolean named = key.query() == Query.INCLUDE || key.query() == Query.EXCLUDE;
        if (named && key.queryNames().isEmpty())
            table.problem("query-names", "[]", "the parameters to " + lower(key.query()));
        else if (!named && !key.queryNames().isEmpty())
            table.problem("query", lower(key.query()), "include or exclude, beside query-names");
        return key;
    }

    private static String lower(Query query) {
        return query.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Duration> ttl(Fields fields) {
        Map<String, Duration> ttl = new LinkedHashMap<>();
        JsonNode written = fields.raw("ttl");
        if (written == null) return ttl;
        if (!(written instanceof ObjectNode table)) {
            fields.problem(
                    "ttl",
                    written,
                    "a table by status, such as { \"200\" = \"10m\", 4xx = \"1m\" }");
            return ttl;
        }
        table.forEachEntry((status, value) -> {
            Duration time = duration(value);
            if (!STATUS.matcher(status).matches() || status.equals("206") || status.equals("304"))
                fields.problem(
                        "ttl." + status,
                        status,
                        "a status from 200 to 599 other than 206 and 304, or 2xx, 3xx, 4xx or 5xx");
            else if (time == null)
                fields.problem("ttl." + status, value, "a duration such as 10s, 5m or 1h");
            else ttl.put(status, time);
        });
        return ttl;
    }

    private static @Nullable Duration duration(JsonNode value) {
        if (!value.isTextual()) return null;
        try {
            return Durations.parse(value.textValue());
        } catch (IllegalArgumentException e) {
            return null; // the caller says what is expected
        }
    }

    private static List<String> methods(Fields fields) {
        List<String> methods = new ArrayList<>();
        for (String method : fields.texts("methods")) {
            String upper = method.toUpperCase(Locale.ROOT);
            if (List.of("GET", "HEAD", "POST").contains(upper)) methods.add(upper);
            else fields.problem("methods", method, "one of GET, HEAD, POST");
        }
        if (!methods.contains("GET") || !methods.contains("HEAD"))
            fields.problem("methods", fields.raw("methods"), "a list with GET and HEAD in it");
        return methods;
    }

    private static long slice(Fields fields) {
        JsonNode written = fields.raw("slice");
        boolean off =
                written != null
                        && (written.isBoolean()
                                ? !written.booleanValue()
                                : written.isTextual() && written.textValue().equals("off"));
        return off ? 0 : fields.size("slice", 0);
    }

    private static List<String> ignoreVary(Fields fields) {
        List<String> names = new ArrayList<>();
        for (String name : fields.texts("ignore-vary"))
            if (name.equals("*") || HeaderFields.isToken(name))
                names.add(name.toLowerCase(Locale.ROOT));
            else fields.problem("ignore-vary", name, "the name of a header field, or *");
        return names;
    }

    private static List<String> names(Fields fields, String key) {
        List<String> names = fields.texts(key);
        for (String name : names)
            if (!HeaderFields.isToken(name))
                fields.problem(key, name, "the name of a header field");
        return names;
    }

    private static List<Cidr> purgeFrom(Fields fields) {
        List<Cidr> blocks = new ArrayList<>();
        for (String text : fields.texts("purge-from"))
            try {
                blocks.add(Cidr.parse(text));
            } catch (IllegalArgumentException e) {
                fields.problem("purge-from", text, String.valueOf(e.getMessage()));
            }
        return blocks;
    }

    private static List<CacheCondition> conditions(Fields fields, String key) {
        List<CacheCondition> conditions = new ArrayList<>();
        for (String text : fields.texts(key)) {
            CacheCondition condition = condition(text);
            if (condition == null) {
                fields.problem(key, text, CONDITION);
                continue;
            }
            String value = condition.value();
            if (value != null && value.startsWith("~")) Regexes.tryMarked(fields, key, text, value);
            conditions.add(condition);
        }
        return conditions;
    }

    private static @Nullable CacheCondition condition(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        if (word.startsWith("$"))
            return VARIABLE.matcher(word).matches()
                    ? new CacheCondition(On.VARIABLE, word.substring(1), colon < 0 ? null : rest)
                    : null;
        return switch (word) {
            case "header" -> named(On.HEADER, rest);
            case "cookie" -> named(On.COOKIE, rest);
            case "query" -> named(On.QUERY, rest);
            case "path" ->
                    rest.startsWith("/") || rest.startsWith("=/") || rest.startsWith("~")
                            ? new CacheCondition(On.PATH, "", rest)
                            : null;
            default -> null;
        };
    }

    private static @Nullable CacheCondition named(On on, String rest) {
        int colon = rest.indexOf(':');
        String name = (colon < 0 ? rest : rest.substring(0, colon)).strip();
        if (name.isEmpty() || (on == On.HEADER && !HeaderFields.isToken(name))) return null;
        return new CacheCondition(on, name, colon < 0 ? null : rest.substring(colon + 1).strip());
    }
}
