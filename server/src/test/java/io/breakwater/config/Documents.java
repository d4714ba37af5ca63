package io.breakwater.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Short ways from a text to what is read from it.
final class Documents {
    private Documents() {}

    static Document toml(String text) {
        try {
            return DocumentFormat.TOML.parse(text);
        } catch (InvalidConfigException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    static Configuration read(String toml) {
        try {
            return ConfigReader.read(toml(toml));
        } catch (InvalidConfigException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /// The problems of a document that can be parsed; empty when it is valid.
    static List<Problem> problems(String toml) {
        try {
            ConfigReader.read(toml(toml));
            return List.of();
        } catch (InvalidConfigException e) {
            return e.problems();
        }
    }

    /// The problems that parsing alone finds; empty when there are none.
    static List<Problem> syntaxProblems(DocumentFormat format, String text) {
        try {
            format.parse(text);
            return List.of();
        } catch (InvalidConfigException e) {
            return e.problems();
        }
    }

    /// What a map has under a key.
    static <K, V> V the(Map<K, V> map, K key) {
        V value = map.get(key);
        if (value == null) throw new AssertionError("no " + key + " in " + map.keySet());
        return value;
    }

    static String sample() {
        return resource("sample.toml");
    }

    static String resource(String name) {
        try (InputStream in = Documents.class.getResourceAsStream(name)) {
            if (in == null) throw new AssertionError(name + " is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
