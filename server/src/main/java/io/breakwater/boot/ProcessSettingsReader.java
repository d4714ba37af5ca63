package io.breakwater.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.breakwater.config.Durations;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Nearest;
import io.breakwater.config.Problem;
import io.breakwater.config.Sizes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads process settings: defaults, then the file, then the environment, then `--set`; then `${…}`
/// in the texts; then the typed values. All problems are collected before any is reported.
final class ProcessSettingsReader {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]+)(?::-([^}]*))?}");
    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

    private final Path file;
    private final Path home;
    private final Map<String, String> environment;
    private final List<String> sets;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<ProcessKey, String> raw = new EnumMap<>(ProcessKey.class);
    private final Map<ProcessKey, String> origins = new EnumMap<>(ProcessKey.class);

    ProcessSettingsReader(Path file, Map<String, String> environment, List<String> sets) {
        this.file = file.toAbsolutePath().normalize();
        Path folder = this.file.getParent();
        Path above = folder == null ? null : folder.getParent();
        this.home = above != null ? above : Path.of("").toAbsolutePath();
        this.environment = environment;
        this.sets = sets;
    }

    ProcessSettings read() throws InvalidConfigException {
        for (ProcessKey key : ProcessKey.values()) {
            raw.put(key, key.defaultText());
            origins.put(key, "default");
        }
        readFile();
        readEnvironment();
        readSets();
        ProcessSettings settings = build();
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        return settings;
    }

    private void readFile() throws InvalidConfigException {
        if (!Files.exists(file)) {
            return;
        }
        String name = file.toString();
        try {
            flatten("", new TomlMapper().readTree(Files.readString(file)));
        } catch (JsonProcessingException e) {
            // Nothing below can be trusted when the file does not parse, so this one stands alone.
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new InvalidConfigException(
                    List.of(new Problem(name, "line " + line, e.getOriginalMessage(), "TOML 1.0")));
        } catch (IOException e) {
            throw new InvalidConfigException(
                    List.of(
                            new Problem(
                                    name, "", String.valueOf(e.getMessage()), "a readable file")));
        }
    }

    private void flatten(String prefix, JsonNode table) {
        table.properties()
                .forEach(entry -> {
                    String key = prefix + entry.getKey();
                    JsonNode value = entry.getValue();
                    if (value.isArray() && key.equals(ProcessKey.CACHE_FILES.key())) {
                        put(key, CacheFiles.text(value), file.toString());
                    } else if (value.isObject()) {
                        flatten(key + ".", value);
                    } else if (value.isValueNode()) {
                        put(key, value.asText(), file.toString());
                    } else {
                        problems.add(
                                new Problem(file.toString(), key, value.toString(), "one value"));
                    }
                });
    }

    private void readEnvironment() {
        for (ProcessKey key : ProcessKey.values()) {
            String value = environment.get(key.variable());
            if (value != null) {
                raw.put(key, value);
                origins.put(key, "environment " + key.variable());
            }
        }
    }

    private void readSets() {
        for (String set : sets) {
            int equals = set.indexOf('=');
            if (equals <= 0) {
                problems.add(new Problem("--set", "", set, "key=value"));
            } else {
                put(set.substring(0, equals).strip(), set.substring(equals + 1).strip(), "--set");
            }
        }
    }

    private void put(String key, String value, String origin) {
        ProcessKey known = ProcessKey.of(key).orElse(null);
        if (known == null) {
            problems.add(
                    new Problem(
                            origin,
                            key,
                            value,
                            "a known key; nearest: " + Nearest.of(key, keys())));
        } else {
            raw.put(known, value);
            origins.put(known, origin);
        }
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (ProcessKey key : ProcessKey.values()) {
            keys.add(key.key());
        }
        return keys;
    }

    private ProcessSettings build() {
        Map<String, String> texts = new HashMap<>();
        for (ProcessKey key : ProcessKey.values()) {
            texts.put(key.key(), expand(key, new HashSet<>()));
        }
        String webDir = text(texts, ProcessKey.ADMIN_WEB_DIR);
        return new ProcessSettings(
                home,
                file,
                path(texts, ProcessKey.DATA_DIR),
                path(texts, ProcessKey.LOG_DIR),
                path(texts, ProcessKey.FIRST_CONFIG),
                drain(texts),
                address(texts, ProcessKey.ADMIN_LISTEN),
                webDir.isEmpty() ? null : home.resolve(webDir).normalize(),
                storeUrl(texts),
                path(texts, ProcessKey.STORE_KEY_FILE),
                CacheFiles.read(
                        home,
                        path(texts, ProcessKey.DATA_DIR).resolve("cache.purges"),
                        text(texts, ProcessKey.CACHE_FILES),
                        text(texts, ProcessKey.CACHE_MEMORY),
                        text(texts, ProcessKey.CACHE_BLOCK_SIZE),
                        this::problem),
                (int) number(texts, ProcessKey.IO_SELECTORS, 0, 1024),
                nativeTls(texts),
                level(texts),
                size(texts),
                (int) number(texts, ProcessKey.LOG_KEEP, 1, 1000),
                sample(texts),
                texts);
    }

    /// Replaces `${…}`: a settings key first, then an environment variable, then the default.
    private String expand(ProcessKey key, Set<ProcessKey> seen) {
        String text = raw.get(key);
        if (text == null || text.indexOf("${") < 0) {
            return text == null ? "" : text;
        }
        if (!seen.add(key)) {
            problem(key, text, "no reference to itself");
            return text;
        }
        StringBuilder out = new StringBuilder();
        Matcher matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            String value = lookup(matcher.group(1), matcher.group(2), seen);
            if (value == null) {
                problem(key, matcher.group(), "a settings key or a set environment variable");
                value = "";
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        seen.remove(key);
        return matcher.appendTail(out).toString();
    }

    private @Nullable String lookup(String name, @Nullable String otherwise, Set<ProcessKey> seen) {
        ProcessKey key = ProcessKey.of(name).orElse(null);
        if (key == null) {
            String value = environment.get(name);
            return value == null || value.isEmpty() ? otherwise : value;
        }
        String text = expand(key, seen);
        // A folder is referred to by its full path, so that a URL does not depend on where we
        // start.
        return key == ProcessKey.DATA_DIR || key == ProcessKey.LOG_DIR
                ? home.resolve(text).normalize().toString()
                : text;
    }

    private void problem(ProcessKey key, String value, String expected) {
        problems.add(new Problem(String.valueOf(origins.get(key)), key.key(), value, expected));
    }

    private static String text(Map<String, String> texts, ProcessKey key) {
        return texts.getOrDefault(key.key(), "");
    }

    private Path path(Map<String, String> texts, ProcessKey key) {
        String text = text(texts, key);
        if (text.isBlank()) {
            problem(key, "empty", "a path");
        }
        return home.resolve(text).normalize();
    }

    private InetSocketAddress address(Map<String, String> texts, ProcessKey key) {
        String text = text(texts, key);
        InetSocketAddress address = Addresses.parse(text);
        if (address == null) {
            problem(key, text, "host:port, IPv6 in brackets, port 0 to 65535");
            return new InetSocketAddress(0);
        }
        return address;
    }

    private @Nullable InetSocketAddress sample(Map<String, String> texts) {
        return text(texts, ProcessKey.SAMPLE_LISTEN).equals("off")
                ? null
                : address(texts, ProcessKey.SAMPLE_LISTEN);
    }

    private String storeUrl(Map<String, String> texts) {
        String url = text(texts, ProcessKey.STORE_URL);
        if (!url.startsWith("jdbc:")) {
            problem(ProcessKey.STORE_URL, url, "a JDBC URL, jdbc:h2:…");
        }
        return url;
    }

    private boolean nativeTls(Map<String, String> texts) {
        String tls = text(texts, ProcessKey.IO_TLS);
        if (!tls.equals("native") && !tls.equals("java"))
            problem(ProcessKey.IO_TLS, tls, "native or java");
        return tls.equals("native");
    }

    private String level(Map<String, String> texts) {
        String level = text(texts, ProcessKey.LOG_LEVEL).toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            problem(ProcessKey.LOG_LEVEL, level, "error, warn, info, debug or trace");
        }
        return level;
    }

    private long number(Map<String, String> texts, ProcessKey key, long min, long max) {
        String text = text(texts, key);
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below like a number out of range.
        }
        problem(key, text, "a whole number, " + min + " to " + max);
        return min;
    }

    private Duration drain(Map<String, String> texts) {
        String text = text(texts, ProcessKey.DRAIN);
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            problem(ProcessKey.DRAIN, text, "a duration such as 500ms, 10s, 5m");
            return Duration.ZERO;
        }
    }

    private long size(Map<String, String> texts) {
        String text = text(texts, ProcessKey.LOG_MAX_SIZE);
        try {
            return Sizes.parse(text);
        } catch (IllegalArgumentException e) {
            problem(ProcessKey.LOG_MAX_SIZE, text, "a size such as 50mb");
            return 0;
        }
    }
}
