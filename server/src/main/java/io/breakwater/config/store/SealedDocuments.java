package io.breakwater.config.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.breakwater.config.Document;
import io.breakwater.config.SecretFields;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Seals the secrets of documents before they are stored and opens them when they are read. In
/// place of each stands `{"$sealed": "v1:…"}`, bound to its object and field. Any thread.
///
/// @param key the key
record SealedDocuments(SealingKey key) {
    private static final String SEALED = "$sealed";

    Document seal(Document document) {
        return SecretFields.replace(document, this::seal);
    }

    /// @throws StoreException when a secret does not open
    Document open(Document document) {
        return SecretFields.replace(document, this::open);
    }

    private @Nullable JsonNode seal(SecretFields.Place place, JsonNode value) {
        if (!SecretFields.isSecret(value)) return null;
        byte[] clear = value.textValue().getBytes(StandardCharsets.UTF_8);
        return JsonNodeFactory.instance.objectNode().put(SEALED, key.seal(clear, place.toString()));
    }

    private @Nullable JsonNode open(SecretFields.Place place, JsonNode value) {
        JsonNode sealed = value.get(SEALED);
        if (sealed == null) return null;
        byte[] clear = key.open(sealed.asText(), place.toString());
        return JsonNodeFactory.instance.textNode(new String(clear, StandardCharsets.UTF_8));
    }
}
