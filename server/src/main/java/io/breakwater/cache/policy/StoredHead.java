package io.breakwater.cache.policy;

import io.breakwater.http.FieldList;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The head of a stored response as bytes, which a store keeps without knowing what is in it.
/// Numbers are big-endian, texts UTF-8. The store's checksum tells whether the bytes are what was
/// written.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 1 | version: 1 |
/// | 1 | 1 | 0 |
/// | 2 | 2 | status |
/// | 4 | 4 | flags of [StoredFacts] |
/// | 8 | 8 | request sent, milliseconds since 1970 |
/// | 16 | 8 | response received |
/// | 24 | 8 | Date |
/// | 32 | 8 | Last-Modified, smallest number for none |
/// | 40 | 8 | age 0 |
/// | 48 | 8 | fresh until |
/// | 56 | 8 | stale while updating until |
/// | 64 | 8 | stale on error until |
/// | 72 | 2 | f, number of fields |
/// | 74 | 2 | v, number of request fields of the variant |
/// | 76 | 2 | t, number of tags |
/// | 78 | 2 | 0 |
/// | 80 | | f times: name, value; then v times: name, value; then t times: tag |
///
/// A text is its length in bytes (4 bytes, -1 for an absent value) and its bytes.
public final class StoredHead {
    /// The version that is written.
    public static final byte VERSION = 1;

    private static final int FIXED = 80;

    private StoredHead() {}

    /// Writes a head.
    ///
    /// @param response the response
    /// @return the bytes
    /// @throws IllegalArgumentException when there are more than 65535 fields or tags
    public static byte[] write(StoredResponse response) {
        List<byte @Nullable []> texts = new ArrayList<>();
        FieldList fields = response.fields();
        for (int i = 0; i < fields.size(); i++) {
            texts.add(bytes(fields.name(i)));
            texts.add(bytes(fields.value(i)));
        }
        VariantKey key = response.key();
        for (int i = 0; i < key.names().size(); i++) {
            texts.add(bytes(key.names().get(i)));
            String value = key.values().get(i);
            texts.add(value == null ? null : bytes(value));
        }
        for (String tag : response.tags()) texts.add(bytes(tag));
        int size = FIXED;
        for (byte[] text : texts) size += 4 + (text == null ? 0 : text.length);
        ByteBuffer head = ByteBuffer.allocate(size);
        facts(head, response.facts());
        head.putShort(count(fields.size()));
        head.putShort(count(key.names().size()));
        head.putShort(count(response.tags().size()));
        head.putShort((short) 0);
        for (byte[] text : texts) {
            head.putInt(text == null ? -1 : text.length);
            if (text != null) head.put(text);
        }
        return head.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static short count(int number) {
        if (number > 0xffff) throw new IllegalArgumentException(number + " entries");
        return (short) number;
    }

    private static void facts(ByteBuffer head, StoredFacts facts) {
        head.put(VERSION).put((byte) 0).putShort((short) facts.status()).putInt(facts.flags());
        head.putLong(facts.requestMillis())
                .putLong(facts.responseMillis())
                .putLong(facts.dateMillis())
                .putLong(facts.lastModifiedMillis())
                .putLong(facts.bornMillis())
                .putLong(facts.freshUntilMillis())
                .putLong(facts.staleWhileUpdatingUntilMillis())
                .putLong(facts.staleOnErrorUntilMillis());
    }

    /// Reads the facts alone, at fixed offsets.
    ///
    /// @param head the bytes, from its position on; the position stays
    /// @return the facts
    /// @throws IllegalArgumentException when the bytes are too few or of another version
    public static StoredFacts readFacts(ByteBuffer head) {
        int at = head.position();
        if (head.remaining() < FIXED) throw new IllegalArgumentException("a head cut short");
        if (head.get(at) != VERSION)
            throw new IllegalArgumentException("a head of version " + head.get(at));
        return new StoredFacts(
                head.getShort(at + 2),
                head.getInt(at + 4),
                head.getLong(at + 8),
                head.getLong(at + 16),
                head.getLong(at + 24),
                head.getLong(at + 32),
                head.getLong(at + 40),
                head.getLong(at + 48),
                head.getLong(at + 56),
                head.getLong(at + 64));
    }

    /// Reads a head.
    ///
    /// @param bytes the bytes, from its position on; big-endian; the position stays
    /// @return the response
    /// @throws IllegalArgumentException when the bytes are no head of this version: what is stored
    ///   with them is of no use
    public static StoredResponse read(ByteBuffer bytes) {
        StoredFacts facts = readFacts(bytes);
        ByteBuffer head = bytes.slice();
        int fields = head.getShort(72) & 0xffff;
        int variant = head.getShort(74) & 0xffff;
        int tags = head.getShort(76) & 0xffff;
        head.position(FIXED);
        try {
            FieldList.Builder list = FieldList.builder();
            for (int i = 0; i < fields; i++) list.add(text(head), text(head));
            List<String> names = new ArrayList<>();
            List<@Nullable String> values = new ArrayList<>();
            for (int i = 0; i < variant; i++) {
                names.add(text(head));
                values.add(textOrNull(head));
            }
            List<String> tagged = new ArrayList<>();
            for (int i = 0; i < tags; i++) tagged.add(text(head));
            VariantKey key = names.isEmpty() ? VariantKey.NONE : new VariantKey(names, values);
            return new StoredResponse(facts, list.build(), key, tagged);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a head cut short", e);
        }
    }

    private static String text(ByteBuffer head) {
        String text = textOrNull(head);
        if (text == null) throw new IllegalArgumentException("a head without a name");
        return text;
    }

    private static @Nullable String textOrNull(ByteBuffer head) {
        int length = head.getInt();
        if (length == -1) return null;
        if (length < 0 || length > head.remaining())
            throw new IllegalArgumentException("a head with a text of " + length + " bytes");
        byte[] text = new byte[length];
        head.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
