package io.breakwater.config.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// The stored form of documents and objects: JSON text, for whole documents in UTF-8 and compressed
/// with gzip.
final class StoredDocument {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private StoredDocument() {}

    static String text(ObjectNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    static ObjectNode body(String text, String object) {
        try {
            if (JSON.readTree(text) instanceof ObjectNode body) return body;
        } catch (JsonProcessingException e) {
            throw new StoreException("stored object " + object + " is not JSON", e);
        }
        throw new StoreException("stored object " + object + " is not a JSON object", null);
    }

    static byte[] compressed(Document document) {
        ObjectNode root = JSON.createObjectNode();
        for (Map.Entry<Kind, SortedMap<String, ObjectNode>> kind : document.objects().entrySet()) {
            ObjectNode byName = root.putObject(kind.getKey().key());
            kind.getValue().forEach(byName::set);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            JSON.writeValue(gzip, root);
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be written", e);
        }
        return bytes.toByteArray();
    }

    static Document document(byte[] compressed, long revision) {
        JsonNode root;
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            root = JSON.readTree(gzip);
        } catch (IOException e) {
            throw new StoreException("the document of revision " + revision + " is damaged", e);
        }
        Map<Kind, SortedMap<String, ObjectNode>> objects = new EnumMap<>(Kind.class);
        for (Map.Entry<String, JsonNode> table : root.properties()) {
            Kind kind = kind(table.getKey(), "revision " + revision);
            SortedMap<String, ObjectNode> byName = new TreeMap<>();
            for (Map.Entry<String, JsonNode> object : table.getValue().properties())
                if (object.getValue() instanceof ObjectNode body) byName.put(object.getKey(), body);
            objects.put(kind, byName);
        }
        return new Document(objects);
    }

    static Kind kind(String key, String where) {
        return Kind.ofKey(key)
                .orElseThrow(() ->
                        new StoreException(
                                where + " holds objects of the unknown kind " + key, null));
    }
}
