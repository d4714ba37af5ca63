package io.breakwater.upstream.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Writes the heads of HTTP/1.1 requests (RFC 9112 §2 to §5) and chunked framing (§7.1). Pure.
final class HeadWriter {
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] NO_CONTENT = ascii("Content-Length: 0\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");
    private static final int ROOM_FOR_FRAMING = 64;

    private final byte[] bytes;
    private int size;

    private HeadWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The head of a request.
    ///
    /// @param request the request
    /// @return its bytes, up to the empty line and with it
    /// @throws IllegalArgumentException when method, target or a field's name would not stay what
    ///   they are on the wire
    static ByteBuffer head(OutgoingRequest request) {
        HttpFields fields = request.fields();
        int capacity = request.method().length() + request.target().length() + ROOM_FOR_FRAMING;
        for (HttpField field : fields) capacity += length(field);
        HeadWriter writer = new HeadWriter(capacity);
        writer.word(request.method());
        writer.bytes[writer.size++] = ' ';
        writer.word(request.target());
        writer.raw(VERSION);
        boolean length = false;
        for (HttpField field : fields) {
            HttpHeader header = field.getHeader();
            if (header == HttpHeader.CONTENT_LENGTH) length = true;
            else if (header != HttpHeader.TRANSFER_ENCODING) writer.field(field);
        }
        writer.framing(request, length);
        writer.end();
        return ByteBuffer.wrap(writer.bytes, 0, writer.size);
    }

    /// What announces the body (RFC 9112 §6.3). RFC 9110 §8.6: a request whose method gives a body
    /// a meaning says so when there is none.
    private void framing(OutgoingRequest request, boolean lengthGiven) {
        OutgoingBody body = request.body();
        if (body == null) {
            if (lengthGiven || request.takesBody()) raw(NO_CONTENT);
        } else if (body.length() >= 0) {
            raw(LENGTH);
            text(Long.toString(body.length()));
            end();
        } else {
            raw(CHUNKED);
        }
    }

    /// What comes before a chunk's data.
    ///
    /// @param length its length, 1 or more
    /// @return size and line end
    static ByteBuffer chunkStart(int length) {
        return ByteBuffer.wrap(ascii(Integer.toHexString(length) + "\r\n"));
    }

    /// What comes after the last chunk's data.
    ///
    /// @param trailers the trailers, null for none
    /// @return last chunk, trailer section, empty line
    static ByteBuffer chunksEnd(@Nullable HttpFields trailers) {
        int capacity = LAST_CHUNK.length + 2;
        if (trailers != null) for (HttpField field : trailers) capacity += length(field);
        HeadWriter writer = new HeadWriter(capacity);
        writer.raw(LAST_CHUNK);
        if (trailers != null) for (HttpField field : trailers) writer.field(field);
        writer.end();
        return ByteBuffer.wrap(writer.bytes, 0, writer.size);
    }

    private static int length(HttpField field) {
        String value = field.getValue();
        return field.getName().length() + (value == null ? 0 : value.length()) + 4;
    }

    private void field(HttpField field) {
        word(field.getName());
        bytes[size++] = ':';
        bytes[size++] = ' ';
        String value = field.getValue();
        if (value != null) text(value);
        end();
    }

    private void end() {
        bytes[size++] = '\r';
        bytes[size++] = '\n';
    }

    private void raw(byte[] text) {
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
    }

    /// What has no blank, control or non-ASCII character: a change would mean something else.
    private void word(String word) {
        int start = size;
        text(word);
        for (int i = start; i < size; i++)
            if (bytes[i] <= ' ' || bytes[i] == 0x7f || word.charAt(i - start) > 0x7f)
                throw new IllegalArgumentException("not to be sent: " + word);
    }

    /// One byte per character, as heads are read. Whatever a value was made of, it cannot end its
    /// line (RFC 9110 §5.5: CR, LF and NUL are to be replaced by SP).
    @SuppressWarnings("deprecation") // the one copy that does not look at each character
    private void text(String text) {
        int end = size + text.length();
        text.getBytes(0, text.length(), bytes, size);
        for (int i = size; i < end; i++) {
            byte b = bytes[i];
            if (b == '\r' || b == '\n' || b == 0) bytes[i] = ' ';
        }
        size = end;
    }
}
