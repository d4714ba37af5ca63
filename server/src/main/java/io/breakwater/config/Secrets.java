package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Keeps secrets from who reads a configuration. In place of each stands a mark with the beginning
/// of its hash, so that a change can be seen; a mark that comes back stands for what it was put in
/// place of. Any thread.
///
/// Which fields hold secrets is told by [SecretFields].
public final class Secrets {
    private static final String MARK = "secret:sha256:";
    private static final int HASH_BYTES = 8;

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
        return SecretFields.replace(document, this::mark);
    }

    /// Puts marks in place of an object's secrets.
    ///
    /// @param kind the object's kind
    /// @param name its name
    /// @param body its fields
    /// @return without secrets; the same one when there are none
    public ObjectNode hide(Kind kind, String name, ObjectNode body) {
        return SecretFields.replace(kind, name, body, this::mark);
    }

    private @Nullable JsonNode mark(SecretFields.Place place, JsonNode value) {
        if (!SecretFields.isSecret(value)) return null;
        String mark = MARK + hash(value.textValue());
        hidden.put(mark, value.textValue());
        return TextNode.valueOf(mark);
    }

    /// Puts secrets back in place of their marks. A mark that nobody knows stays and is found to be
    /// no secret.
    ///
    /// @param document with marks
    /// @return with secrets; the same one when there are no marks
    public Document restore(Document document) {
        return SecretFields.replace(
                document,
                (place, value) -> {
                    String secret = hidden.get(value.asText());
                    return secret == null ? null : TextNode.valueOf(secret);
                });
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
}
