package io.breakwater.admin.pages;

import io.breakwater.config.Problem;
import io.breakwater.config.Setting;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Values as people read them.
final class Wording {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final Pattern ZEROS = Pattern.compile(":(?:0:)+");

    private Wording() {}

    /// A problem without the object and key, which stand beside it.
    static String of(Problem problem) {
        String value = problem.value();
        String expected = "expected: " + problem.expected();
        if (value == null || value.isEmpty()) return "Missing; " + expected;
        return "“" + shortened(value, 80) + "” does not fit; " + expected;
    }

    /// A description without the marks of Markdown.
    static String plain(String text) {
        return text.replace("`", "");
    }

    /// Default, limits and unit of a setting in a few words.
    static String facts(Setting setting) {
        List<String> facts = new ArrayList<>();
        String usual = PlainCodecs.text(setting.defaultValue());
        boolean empty = usual.isEmpty() || usual.startsWith("{") || usual.startsWith("[");
        if (setting.required()) facts.add("required");
        else if (!empty) facts.add("default " + usual);
        else if (setting.defaultValue() != null && setting.defaultValue().size() > 0)
            facts.add("default " + String.join(", ", PlainCodecs.items(setting.defaultValue())));
        if (setting.min() != null && setting.max() != null)
            facts.add(setting.min() + " to " + setting.max());
        else if (setting.min() != null) facts.add("at least " + setting.min());
        else if (setting.max() != null) facts.add("at most " + setting.max());
        String unit =
                switch (setting.type()) {
                    case DURATION -> "with unit: ms, s, m, h";
                    case SIZE -> "with unit: b, kb, mb, gb";
                    case TEXT_LIST -> setting.reference() == null ? "one per line" : "";
                    case NODE_LIST -> "one per line";
                    default -> "";
                };
        if (!unit.isEmpty()) facts.add(unit);
        return String.join(" · ", facts);
    }

    /// A value as it is typed into the form.
    ///
    /// @return empty when the inputs speak for themselves
    static String example(Setting setting) {
        String written = setting.example();
        if (setting.reference() != null) return "";
        return switch (setting.type()) {
            case TEXT_LIST -> String.join(", ", PlainCodecs.items(JsonText.parse(written)));
            case NODE_LIST ->
                    setting.key().equals("split")
                            ? "canary weight=5"
                            : "10.0.0.2:8080 weight=2 backup";
            case TABLE ->
                    setting.key().endsWith("-headers")
                            ? "set X-Site: $host, or remove X-Debug"
                            : setting.key().equals("ttl") ? "404: 1m" : "";
            case FLAG, CHOICE, CHOICE_LIST -> "";
            case TEXT, LONG_TEXT, SECRET, INTEGER, DECIMAL, DURATION, SIZE ->
                    setting.key().equals("note") ? "" : written.replaceAll("^[\"']|[\"']$", "");
        };
    }

    /// A time in UTC.
    static String time(long epochMillis) {
        return TIME.format(Instant.ofEpochMilli(epochMillis));
    }

    /// How long ago, roughly.
    static String ago(long epochMillis, long nowMillis) {
        long seconds = Math.max(0, (nowMillis - epochMillis) / 1000);
        if (seconds < 60) return "just now";
        if (seconds < 3600) return seconds / 60 + " min ago";
        if (seconds < 86_400) return seconds / 3600 + " h ago";
        return seconds / 86_400 + (seconds < 172_800 ? " day ago" : " days ago");
    }

    /// A span in its two largest units.
    static String span(long seconds) {
        Duration span = Duration.ofSeconds(seconds);
        if (span.toDays() > 0) return span.toDays() + " d " + span.toHoursPart() + " h";
        if (span.toHours() > 0) return span.toHours() + " h " + span.toMinutesPart() + " min";
        if (span.toMinutes() > 0) return span.toMinutes() + " min " + span.toSecondsPart() + " s";
        return seconds + " s";
    }

    /// A span in its largest unit.
    static String brief(long seconds) {
        if (seconds < 60) return seconds + " s";
        if (seconds < 3600) return seconds / 60 + " min";
        if (seconds < 86_400) return seconds / 3600 + " h";
        return seconds / 86_400 + " d";
    }

    /// Microseconds with a fitting unit.
    static String micros(long micros) {
        if (micros < 1_000) return micros + " µs";
        if (micros < 10_000) return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
        if (micros < 1_000_000) return micros / 1_000 + " ms";
        return String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }

    /// Bytes with a fitting unit.
    static String bytes(double bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double left = bytes;
        int unit = 0;
        while (left >= 1000 && unit < units.length - 1) {
            left /= 1024;
            unit++;
        }
        String form = unit == 0 || left >= 100 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, form, left, units[unit]);
    }

    /// A count or rate, with separators from a thousand on.
    static String number(double value) {
        return value < 10 && value != Math.rint(value)
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%,.0f", value);
    }

    /// A count in little room: with separators, from a hundred thousand on rounded.
    static String count(long count) {
        if (count < 100_000) return String.format(Locale.ROOT, "%,d", count);
        String[] units = {"k", "M", "G", "T"};
        double left = count / 1e3;
        int unit = 0;
        while (left >= 999.5 && unit < units.length - 1) {
            left /= 1000;
            unit++;
        }
        String form = left >= 99.95 ? "%.0f %s" : left >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, form, left, units[unit]);
    }

    /// An address with IPv6 written short (RFC 5952 §4.2), such as `[::1]:8080`.
    static String address(String address) {
        int end = address.indexOf(']');
        if (!address.startsWith("[") || end < 0 || address.contains("::")) return address;
        String zeros =
                ZEROS.matcher(":" + address.substring(1, end) + ":")
                        .results()
                        .map(MatchResult::group)
                        .max(Comparator.comparingInt(String::length))
                        .orElse("");
        if (zeros.length() < 5) return address;
        String groups = ":" + address.substring(1, end) + ":";
        int at = groups.indexOf(zeros);
        String before = at == 0 ? "" : groups.substring(1, at);
        int behind = at + zeros.length();
        String after =
                behind >= groups.length() ? "" : groups.substring(behind, groups.length() - 1);
        return "[" + before + "::" + after + address.substring(end);
    }

    /// The beginning of a long text.
    static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
