package io.breakwater.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// One stream of an [H2Client].
public final class H2Stream {
    final int number;
    long sendWindow;

    private final H2Client client;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final List<Integer> interim = new ArrayList<>();
    private int status;
    private @Nullable HttpFields fields;
    private @Nullable HttpFields trailers;
    private @Nullable Integer resetCode;
    private boolean ended;

    H2Stream(H2Client client, int number, long sendWindow) {
        this.client = client;
        this.number = number;
        this.sendWindow = sendWindow;
    }

    /// Sends content, waiting for room in the window.
    ///
    /// @param bytes the content
    /// @return this stream
    /// @throws IOException when the connection is gone
    public H2Stream data(byte[] bytes) throws IOException {
        client.data(this, bytes);
        return this;
    }

    /// Ends the request.
    ///
    /// @param trailerFields trailer fields, `name: value` each, possibly none
    /// @return this stream
    /// @throws IOException when the connection is gone
    public H2Stream end(String... trailerFields) throws IOException {
        client.end(this, trailerFields);
        return this;
    }

    /// Resets the stream with CANCEL.
    ///
    /// @throws IOException when the connection is gone
    public void cancel() throws IOException {
        client.cancel(this);
    }

    /// Reads frames until the response's head is there.
    ///
    /// @return its status
    /// @throws IOException when the connection ended before
    public int status() throws IOException {
        while (status == 0 && resetCode == null) {
            client.readFrame();
        }
        return status;
    }

    /// A field of the response.
    ///
    /// @param name the name
    /// @return its first value, null when absent or before the head
    public @Nullable String field(String name) {
        return fields == null ? null : fields.get(name);
    }

    /// A trailer field of the response.
    ///
    /// @param name the name
    /// @return its first value, null when absent
    public @Nullable String trailer(String name) {
        return trailers == null ? null : trailers.get(name);
    }

    /// Interim statuses seen before the response.
    ///
    /// @return in order
    public List<Integer> interim() {
        return List.copyOf(interim);
    }

    /// Reads frames until the stream has ended.
    ///
    /// @return this stream
    /// @throws IOException when the connection ended before
    public H2Stream awaitEnd() throws IOException {
        while (!ended && resetCode == null) {
            client.readFrame();
        }
        return this;
    }

    /// Reads frames until so many bytes of content are there.
    ///
    /// @param bytes how many
    /// @return all content so far, one character per byte
    /// @throws IOException when the connection ended before
    public String await(int bytes) throws IOException {
        while (body.size() < bytes && !ended && resetCode == null) {
            client.readFrame();
        }
        return text();
    }

    /// The content so far.
    ///
    /// @return one character per byte
    public String text() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    /// The content so far.
    ///
    /// @return a copy
    public byte[] bytes() {
        return body.toByteArray();
    }

    /// The error code of a reset by the peer.
    ///
    /// @return null when there was none
    public @Nullable Integer resetCode() {
        return resetCode;
    }

    void onFields(int seen, HttpFields received, boolean end) {
        if (seen >= 100 && seen < 200) {
            interim.add(seen);
        } else if (status == 0) {
            status = seen;
            fields = received;
        } else {
            trailers = received;
        }
        ended |= end;
    }

    void onData(byte[] bytes, boolean end) {
        body.writeBytes(bytes);
        ended |= end;
    }

    void onReset(int code) {
        resetCode = code;
    }
}
