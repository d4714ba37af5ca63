package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps secrets from who reads a configuration. In place of each stands a mark with the beginning
/// of its hash, so that a change can be seen; a mark that comes back stands for what it was put in
/// place of. Any thread.
///
/// Secret is what a setting of the type SECRET holds, but for paths of files.
public final class Secrets {
    private static final String MARK = "secret:sha256:";
    private static final int HASH_BYTES = 8;
    private static final Map<Kind, List<String>> KEYS = new EnumMap<>(Kind.class);

    static {
        for (Kind kind : Kind.values())
            KEYS.put(
                    kind,
                    Settings.of(kind).stream()
                            .filter(setting -> setting.type() == Setting.Type.SECRET)
                            .map(Setting::key)
                            .toList());
    }

    /// Every secret that was hidden, by its mark.
    private final Map<String, String> hidden = new ConcurrentHashMap<>();

    /// Makes one that has hidden nothing yet.
    public Secrets() {}

    /// Whether a text stands for a secret.
    static boolean isMark(String text) {
        return text.startsWith(MARK);
    }

    /// Puts marks in place of all secrets.
    ///
    /// @param document with secrets
    /// @return without; the same one when there are none
    public Document hide(Document document) {
        return each(document, this::hide);
    }

    /// Puts marks in place of an object's secrets.
    ///
    /// @param kind the object's kind
    /// @param body its fields
    /// @return without secrets; the same one when there are none
    public ObjectNode hide(Kind kind, ObjectNode body) {
        ObjectNode less = body;
        for (String key : secretKeys(kind)) {
            JsonNode value = body.get(key);
            if (value == null || !value.isTextual() || !isSecret(value.textValue())) continue;
            String mark = MARK + hash(value.textValue());
            hidden.put(mark, value.textValue());
            if (less.equals(body)) less = body.deepCopy();
            less.put(key, mark);
        }
        return less;
    }

    /// Puts secrets back in place of their marks. A mark that nobody knows stays and is found to be
    /// no secret.
    ///
    /// @param document with marks
    /// @return with secrets; the same one when there are no marks
    public Document restore(Document document) {
        return each(document, this::restore);
    }

    private ObjectNode restore(Kind kind, ObjectNode body) {
        ObjectNode more = body;
        for (String key : secretKeys(kind)) {
            JsonNode value = body.get(key);
            String secret = value == null ? null : hidden.get(value.asText());
            if (secret == null) continue;
            if (more.equals(body)) more = body.deepCopy();
            more.put(key, secret);
        }
        return more;
    }

    private static boolean isSecret(String text) {
        return !text.isEmpty() && !text.startsWith("/") && !isMark(text);
    }

    private static List<String> secretKeys(Kind kind) {
        return KEYS.getOrDefault(kind, List.of());
    }

    private static Document each(Document document, Change change) {
        Map<Kind, SortedMap<String, ObjectNode>> all = new EnumMap<>(Kind.class);
        all.putAll(document.objects());
        boolean same = true;
        for (Kind kind : Kind.values()) {
            if (secretKeys(kind).isEmpty()) continue;
            TreeMap<String, ObjectNode> bodies = new TreeMap<>(document.of(kind));
            for (Map.Entry<String, ObjectNode> entry : bodies.entrySet()) {
                ObjectNode after = change.of(kind, entry.getValue());
                if (after.equals(entry.getValue())) continue;
                entry.setValue(after);
                same = false;
            }
            all.put(kind, bodies);
        }
        return same ? document : new Document(all);
    }

    private static String hash(String text) {
        try {
            byte[] all =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(all, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Changes one object.
    @FunctionalInterface
    private interface Change {
        ObjectNode of(Kind kind, ObjectNode body);
    }
}
