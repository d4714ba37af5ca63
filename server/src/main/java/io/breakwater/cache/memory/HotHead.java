package io.breakwater.cache.memory;

import io.breakwater.cache.policy.StoredFacts;
import io.breakwater.cache.policy.StoredResponse;
import io.breakwater.http.FieldList;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/// A stored head ready for the wire.
///
/// @param sequence of the stored object that it is the head of
/// @param response as stored
/// @param fields the fields of a whole answer but for Age, encoded; shared, not changed
/// @param bytes about how much memory it takes
public record HotHead(long sequence, StoredResponse response, HttpField[] fields, int bytes) {
    private static final int OVERHEAD_BYTES = 400;
    private static final int FIELD_BYTES = 160;

    /// Prepares a head.
    ///
    /// @param sequence of the stored object
    /// @param response as stored
    /// @param length of its body, bytes
    /// @return the head
    public static HotHead of(long sequence, StoredResponse response, long length) {
        FieldList stored = response.fields();
        HttpFields.Mutable fields = HttpFields.build();
        int bytes = OVERHEAD_BYTES;
        for (int i = 0; i < stored.size(); i++) {
            fields.add(encoded(stored.name(i), stored.value(i)));
            bytes += FIELD_BYTES + 3 * (stored.name(i).length() + stored.value(i).length());
        }
        if (response.facts().status() != 204)
            fields.put(new PreEncodedHttpField(HttpHeader.CONTENT_LENGTH, Long.toString(length)));
        if (response.facts().status() == 200 && !fields.contains(HttpHeader.ACCEPT_RANGES))
            fields.add(new PreEncodedHttpField(HttpHeader.ACCEPT_RANGES, "bytes"));
        HttpField[] array = new HttpField[fields.size()];
        for (int i = 0; i < array.length; i++) array[i] = fields.getField(i);
        return new HotHead(sequence, response, array, bytes);
    }

    private static HttpField encoded(String name, String value) {
        HttpHeader known = HttpHeader.CACHE.get(name);
        return known != null && known.is(name)
                ? new PreEncodedHttpField(known, name, value)
                : new PreEncodedHttpField(name, value);
    }

    /// Its facts.
    ///
    /// @return what decides whether it may answer
    public StoredFacts facts() {
        return response.facts();
    }

    /// Adds the fields of a whole answer.
    ///
    /// @param to where
    /// @param nowMillis the current time, for Age
    public void write(HttpFields.Mutable to, long nowMillis) {
        for (HttpField field : fields) to.add(field);
        // RFC 9111 §5.1: an answer that was not validated for it tells its age
        to.add(HttpHeader.AGE, facts().ageMillis(nowMillis) / 1000);
    }
}
