package io.breakwater.report.accesslog;

import io.breakwater.exchange.ExchangeView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tags of access-log templates, by name.
final class Tags {
    private static final LogTimes TIMES = new LogTimes(ZoneId.systemDefault());
    private static final Map<String, Tag> TAGS = new LinkedHashMap<>();
    private static final Map<String, Tag> KEYS = new LinkedHashMap<>();

    static {
        text("host", view -> emptyToNull(view.host()));
        text("method", view -> emptyToNull(view.method()));
        text("path", Tags::pathAsSent);
        text("proto", ExchangeView::protocol);
        text("query", Tags::queryAsSent);
        text("remote", ExchangeView::remoteAddr);
        text("client-ip", ExchangeView::clientIp);
        text("scheme", ExchangeView::scheme);
        text("uri", view -> emptyToNull(view.uri()));
        TAGS.put("referer", new Tag.Field(view -> view.header("Referer")));
        TAGS.put("user-agent", new Tag.Field(view -> view.header("User-Agent")));
        TAGS.put("when", new Tag.Time(TIMES::local));
        TAGS.put("when-utc", new Tag.Time(TIMES::utc));
        TAGS.put("when-utc-iso", new Tag.Time(TIMES::utc));
        TAGS.put("when-common", new Tag.Time(TIMES::common));
        number("when-unix", Tags::endMillis);
        number("size", ExchangeView::responseBodyBytes);
        TAGS.put("size-human", new Tag.Size(ExchangeView::responseBodyBytes));
        TAGS.put("status", new Tag.Status());
        number("latency", view -> view.latencyNanos() / 1_000_000);
        TAGS.put("latency-human", new Tag.Duration(ExchangeView::latencyNanos));
        number("payload-size", ExchangeView::requestBodyBytes);
        TAGS.put("payload-size-human", new Tag.Size(ExchangeView::requestBodyBytes));
        text("request-id", ExchangeView::requestId);
        text("location", ExchangeView::locationName);
        text("upstream", ExchangeView::upstreamName);
        text("server", ExchangeView::serverName);
        text("cache", ExchangeView::cacheStatus);
        number("attempts", view -> view.attempts().size());
        text("reason", ExchangeView::reason);
        TAGS.put("request", new Tag.RequestLine());
        TAGS.put("remote-user", new Tag.Field(Tags::remoteUser));

        KEYS.put("connection-id", new Tag.Number(ExchangeView::connectionId));
        KEYS.put("connection-reused", new Tag.Flag(ExchangeView::connectionReused));
        KEYS.put("upstream-addr", new Tag.Text(Tags::upstreamAddresses));
        KEYS.put("upstream-status", new Tag.Text(Tags::upstreamStatuses));
        KEYS.put("upstream-reused", new Tag.Text(Tags::upstreamReused));
        time("upstream-connect-time", view -> last(view, ExchangeView.Attempt::connectNanos));
        time("upstream-tls-time", view -> last(view, ExchangeView.Attempt::tlsNanos));
        time("upstream-header-time", view -> last(view, ExchangeView.Attempt::headerNanos));
        time("upstream-response-time", view -> last(view, ExchangeView.Attempt::responseNanos));
        time("queue-time", ExchangeView::queueNanos);
        time("cache-lookup-time", view -> -1);
        time("cache-lock-time", view -> -1);
        time("filter-time", view -> -1);
        time("service-time", ExchangeView::latencyNanos);
        KEYS.put("tls-version", new Tag.Text(ExchangeView::tlsVersion));
        KEYS.put("tls-cipher", new Tag.Text(ExchangeView::tlsCipher));
        KEYS.put("tls-sni", new Tag.Text(ExchangeView::tlsSni));
        KEYS.put("compression-ratio", new Tag.Text(Tags::compressionRatio));
        KEYS.put("trace-id", new Tag.Text(view -> null));
    }

    private Tags() {}

    /// As nginx writes `$gzip_ratio`.
    private static @Nullable String compressionRatio(ExchangeView view) {
        double ratio = view.compressionRatio();
        return ratio < 0 ? null : String.format(Locale.ROOT, "%.2f", ratio);
    }

    /// Finds a tag.
    ///
    /// @param name what stands between the braces
    /// @return the tag, null when there is none of that name
    static @Nullable Tag find(String name) {
        String rest = name.substring(1);
        return switch (name.charAt(0)) {
            case '~' -> rest.isEmpty() ? null : new Tag.Field(view -> view.cookie(rest));
            case '>' -> rest.isEmpty() ? null : new Tag.Field(view -> view.header(rest));
            case '<' -> rest.isEmpty() ? null : new Tag.Field(view -> view.responseHeader(rest));
            case '$' -> rest.isEmpty() ? null : constant(environment(rest));
            case ':' -> KEYS.get(dashed(rest));
            default -> TAGS.get(dashed(name));
        };
    }

    /// The names of all tags that have one; keys with their colon.
    static List<String> names() {
        return Stream.concat(TAGS.keySet().stream(), KEYS.keySet().stream().map(key -> ":" + key))
                .toList();
    }

    /// The tag most like a misspelt one.
    static String nearest(String name) {
        boolean key = name.startsWith(":");
        String wanted = dashed(key ? name.substring(1) : name);
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : (key ? KEYS : TAGS).keySet()) {
            int distance = distance(wanted, candidate);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return key ? ":" + best : best;
    }

    /// When the exchange ended, which is the time nginx logs.
    static long endMillis(ExchangeView view) {
        return view.startMillis() + Math.max(0, view.latencyNanos()) / 1_000_000;
    }

    private static void text(String name, Function<ExchangeView, @Nullable String> value) {
        TAGS.put(name, new Tag.Text(value));
    }

    private static void number(String name, ToLongFunction<ExchangeView> value) {
        TAGS.put(name, new Tag.Number(value));
    }

    private static void time(String name, ToLongFunction<ExchangeView> nanos) {
        KEYS.put(name, new Tag.Millis(nanos));
        KEYS.put(name + "-human", new Tag.Duration(nanos));
    }

    private static Tag constant(@Nullable String value) {
        return new Tag.Text(view -> value);
    }

    private static @Nullable String environment(String name) {
        if (!name.equals("hostname")) {
            return System.getenv(name);
        }
        String host = System.getenv("HOSTNAME");
        if (host != null && !host.isEmpty()) {
            return host;
        }
        try {
            return emptyToNull(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        } catch (IOException e) {
            return null; // a system without it has no name to show
        }
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /// From the raw target, as rewriting changes the exchange's own path and query.
    private static @Nullable String pathAsSent(ExchangeView view) {
        String uri = view.uri();
        int mark = uri.indexOf('?');
        return emptyToNull(mark < 0 ? uri : uri.substring(0, mark));
    }

    private static @Nullable String queryAsSent(ExchangeView view) {
        String uri = view.uri();
        int mark = uri.indexOf('?');
        return mark < 0 ? null : uri.substring(mark + 1);
    }

    private static String dashed(String name) {
        return name.replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /// The user part of Basic credentials, by the rules of nginx: none when it is empty or when no
    /// colon follows it.
    private static @Nullable String remoteUser(ExchangeView view) {
        String field = view.header("Authorization");
        if (field == null || !field.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(field.substring(6).strip());
            String text = new String(decoded, StandardCharsets.ISO_8859_1);
            int colon = text.indexOf(':');
            return colon > 0 ? text.substring(0, colon) : null;
        } catch (IllegalArgumentException e) {
            return null; // not Base64: nobody to name
        }
    }

    private static @Nullable String upstreamAddresses(ExchangeView view) {
        List<ExchangeView.Attempt> attempts = view.attempts();
        return switch (attempts.size()) {
            case 0 -> null;
            case 1 -> attempts.getFirst().address();
            default -> joined(attempts, ExchangeView.Attempt::address);
        };
    }

    private static @Nullable String upstreamStatuses(ExchangeView view) {
        List<ExchangeView.Attempt> attempts = view.attempts();
        return attempts.isEmpty() ? null : joined(attempts, Tags::statusText);
    }

    private static String statusText(ExchangeView.Attempt attempt) {
        return attempt.status() == 0 ? "-" : Integer.toString(attempt.status());
    }

    private static String joined(
            List<ExchangeView.Attempt> attempts, Function<ExchangeView.Attempt, String> value) {
        StringBuilder text = new StringBuilder();
        for (ExchangeView.Attempt attempt : attempts) {
            text.append(text.isEmpty() ? "" : ", ").append(value.apply(attempt));
        }
        return text.toString();
    }

    private static @Nullable String upstreamReused(ExchangeView view) {
        List<ExchangeView.Attempt> attempts = view.attempts();
        return attempts.isEmpty() ? null : Boolean.toString(attempts.getLast().reused());
    }

    private static long last(ExchangeView view, ToLongFunction<ExchangeView.Attempt> nanos) {
        List<ExchangeView.Attempt> attempts = view.attempts();
        return attempts.isEmpty() ? -1 : nanos.applyAsLong(attempts.getLast());
    }

    /// The number of edits between two words (Levenshtein).
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int swap = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(swap, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
