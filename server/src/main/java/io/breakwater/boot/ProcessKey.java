package io.breakwater.boot;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A key of `conf/breakwater.toml`, declared once: reading, overriding and re-reading follow it.
enum ProcessKey {
    DATA_DIR("data-dir", "data", false),
    LOG_DIR("log-dir", "logs", false),
    FIRST_CONFIG("first-config", "conf/first-config.toml", false),
    DRAIN("drain", "30s", true),
    ADMIN_LISTEN("admin.listen", "127.0.0.1:9180", false),
    ADMIN_WEB_DIR("admin.web-dir", "", false),
    STORE_URL("store.url", "jdbc:h2:file:${data-dir}/config", false),
    STORE_KEY_FILE("store.key-file", "${data-dir}/secret.key", false),
    CACHE_FILES("cache.files", "${data-dir}/cache/blocks 4gb", false),
    CACHE_MEMORY("cache.memory", "256mb", false),
    CACHE_BLOCK_SIZE("cache.block-size", "16kb", false),
    IO_SELECTORS("io.selectors", "0", false),
    IO_TLS("io.tls", "native", false),
    LOG_LEVEL("log.level", "info", true),
    LOG_MAX_SIZE("log.max-size", "50mb", false),
    LOG_KEEP("log.keep", "14", false),
    SAMPLE_LISTEN("sample.listen", "127.0.0.1:9181", false);

    private final String key;
    private final String defaultText;
    private final boolean live;

    ProcessKey(String key, String defaultText, boolean live) {
        this.key = key;
        this.defaultText = defaultText;
        this.live = live;
    }

    /// The dotted key, such as `admin.listen`.
    String key() {
        return key;
    }

    /// The value when nothing sets it, before substitution.
    String defaultText() {
        return defaultText;
    }

    /// Whether a SIGHUP puts a new value in force without a restart.
    boolean isLive() {
        return live;
    }

    /// The environment variable that overrides it, such as `BREAKWATER_ADMIN_LISTEN`.
    String variable() {
        return "BREAKWATER_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static Optional<ProcessKey> of(String key) {
        return Arrays.stream(values()).filter(candidate -> candidate.key.equals(key)).findFirst();
    }
}
