package io.breakwater.config;

import java.util.Arrays;
import java.util.Optional;

/// A kind of configuration object. The declaration order is the order in exported documents.
public enum Kind {
    /// A listener group.
    SERVER("servers", "server"),
    /// What a request means.
    LOCATION("locations", "location"),
    /// A group of nodes.
    UPSTREAM("upstreams", "upstream"),
    /// What listeners show clients over TLS.
    CERTIFICATE("certificates", "certificate"),
    /// What is stored and for how long.
    CACHE_POLICY("cache-policies", "cache policy"),
    /// A template for error answers.
    ERROR_PAGE("error-pages", "error page"),
    /// A template for access-log lines.
    LOG_FORMAT("log-formats", "log format");

    private final String key;
    private final String label;

    Kind(String key, String label) {
        this.key = key;
        this.label = label;
    }

    /// The table name in documents and routes, for example `servers`.
    ///
    /// @return the plural, dashed name
    public String key() {
        return key;
    }

    /// The name for people, for example `server`.
    ///
    /// @return the singular name
    public String label() {
        return label;
    }

    /// Finds a kind by its table name.
    ///
    /// @param key the plural name
    /// @return the kind, or empty when there is none of that name
    public static Optional<Kind> ofKey(String key) {
        return Arrays.stream(values()).filter(kind -> kind.key.equals(key)).findFirst();
    }
}
