package io.breakwater.config;

import io.breakwater.config.HealthCheckConfig.Expression;
import io.breakwater.config.HealthCheckConfig.Protocol;
import io.breakwater.config.HealthCheckConfig.StatusRange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Reads a health check, which is written as a URL whose query has the options; what of the query
/// is no option is asked for.
final class HealthCheckReader {
    private static final String KEY = "health-check";
    private static final Pattern FORM =
            Pattern.compile("([a-z]+)://([^/?#\\s]*)(/[^?#\\s]*)?(?:\\?([^#\\s]*))?");
    private static final List<String> OPTIONS =
            List.of("interval", "timeout", "healthy", "unhealthy", "expect", "match");

    private final Fields fields;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();

    private HealthCheckReader(Fields fields) {
        this.fields = fields;
    }

    /// Reads the check.
    ///
    /// @return null for none
    static @Nullable HealthCheckConfig read(Fields fields) {
        String text = fields.text(KEY);
        if (text.equals("off")) return null;
        Matcher form = FORM.matcher(text);
        Protocol protocol = form.matches() ? protocol(form.group(1)) : null;
        if (protocol == null) {
            fields.problem(
                    KEY,
                    text,
                    "off, tcp://, http:// or https://[host]/path?interval=10s&timeout=3s or"
                            + " grpc://[host]/[service]");
            return null;
        }
        return new HealthCheckReader(fields).read(protocol, form);
    }

    private static @Nullable Protocol protocol(String scheme) {
        for (Protocol protocol : Protocol.values())
            if (protocol.name().toLowerCase(Locale.ROOT).equals(scheme)) return protocol;
        return null;
    }

    private HealthCheckConfig read(Protocol protocol, Matcher form) {
        query(form.group(4));
        String path = form.group(3) == null ? "/" : form.group(3);
        return new HealthCheckConfig(
                protocol,
                form.group(2),
                protocol == Protocol.GRPC ? service(path) : target(path),
                option("interval", Duration.ofSeconds(10), HealthCheckReader::duration),
                option("timeout", Duration.ofSeconds(3), HealthCheckReader::duration),
                option("healthy", 1, HealthCheckReader::count),
                option("unhealthy", 2, HealthCheckReader::count),
                option("expect", List.of(new StatusRange(200, 399)), HealthCheckReader::statuses),
                match());
    }

    private String target(String path) {
        return asked.isEmpty() ? path : path + "?" + String.join("&", asked);
    }

    private String service(String path) {
        List<String> wrong = new ArrayList<>(asked);
        for (String option : List.of("expect", "match"))
            if (options.containsKey(option)) wrong.add(option + "=" + options.get(option));
        if (!wrong.isEmpty())
            fields.problem(
                    KEY,
                    wrong.getFirst(),
                    "interval, timeout, healthy and unhealthy are the options of grpc://");
        return decoded(path.substring(1));
    }

    private void query(@Nullable String query) {
        if (query == null || query.isEmpty()) return;
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (OPTIONS.contains(name) && equals > 0)
                options.put(name, decoded(part.substring(equals + 1)));
            else asked.add(part);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a single percent sign in an expression
        }
    }

    private <T> T option(String name, T usual, Function<String, @Nullable T> parse) {
        String text = options.get(name);
        if (text == null) return usual;
        T value = parse.apply(text);
        if (value != null) return value;
        fields.problem(KEY, name + "=" + text, expectation(name));
        return usual;
    }

    private static String expectation(String name) {
        return switch (name) {
            case "interval", "timeout" -> name + ": a duration such as 3s, at least 100ms";
            case "expect" -> "expect: statuses such as 200-399 or 200,204";
            default -> name + ": a whole number of at least 1";
        };
    }

    private static @Nullable Duration duration(String text) {
        try {
            Duration duration = Durations.parse(text);
            return duration.toMillis() < 100 ? null : duration;
        } catch (IllegalArgumentException e) {
            return null; // the caller says what is expected
        }
    }

    private static @Nullable Integer count(String text) {
        return text.matches("[1-9]\\d{0,3}") ? Integer.valueOf(text) : null;
    }

    private static @Nullable List<StatusRange> statuses(String text) {
        List<StatusRange> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.matches("[1-5]\\d\\d(-[1-5]\\d\\d)?")) return null;
            int from = Integer.parseInt(part.substring(0, 3));
            int to = part.length() == 3 ? from : Integer.parseInt(part.substring(4));
            if (to < from) return null;
            ranges.add(new StatusRange(from, to));
        }
        return ranges;
    }

    private @Nullable Expression match() {
        String text = options.get("match");
        if (text == null) return null;
        try {
            return new Expression(Pattern.compile(text).pattern());
        } catch (PatternSyntaxException e) {
            fields.problem(KEY, "match=" + text, "a regular expression: " + e.getDescription());
            return null;
        }
    }
}
