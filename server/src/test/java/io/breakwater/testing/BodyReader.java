package io.breakwater.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads the body of one message as it arrives, without its framing.
public final class BodyReader {
    private final WireReader wire;
    private final Framing framing;
    private long due;
    private boolean complete;
    private boolean firstChunk = true;
    private List<Head.Field> trailers = List.of();

    BodyReader(WireReader wire, Framing framing, Head head) {
        this.wire = wire;
        this.framing = framing;
        String length = framing == Framing.LENGTH ? head.field("Content-Length") : null;
        this.due = length == null ? 0 : Long.parseLong(length);
        this.complete = framing == Framing.NONE || (framing == Framing.LENGTH && due == 0);
    }

    /// Reads what has arrived, waiting for at least one byte.
    ///
    /// @param into where to
    /// @param offset from here on
    /// @param length at most so many bytes, at least 1
    /// @return bytes read, or -1 when the body is complete
    /// @throws EarlyEnd when the connection ended before the body did
    /// @throws IOException when the socket fails
    public int read(byte[] into, int offset, int length) throws IOException {
        if (complete) {
            return -1;
        }
        if (framing == Framing.CHUNKED && due == 0 && !nextChunk()) {
            return -1;
        }
        int most = framing == Framing.CLOSE ? length : (int) Math.min(length, due);
        int count = wire.read(into, offset, most);
        if (count < 0) {
            if (framing == Framing.CLOSE) {
                complete = true;
                return -1;
            }
            throw wire.early(Ending.CLOSED);
        }
        if (framing != Framing.CLOSE) {
            due -= count;
            complete = framing == Framing.LENGTH && due == 0;
        }
        return count;
    }

    /// Reads exactly so many bytes as text.
    ///
    /// @param count how many
    /// @return the text, one character per byte
    /// @throws IOException when the body or the connection ended before
    public String read(int count) throws IOException {
        byte[] bytes = new byte[count];
        int got = 0;
        while (got < count) {
            int more = read(bytes, got, count - got);
            if (more < 0) {
                throw new AssertionError(
                        "the body ended after %d of %d bytes%s"
                                .formatted(got, count, wire.soFar()));
            }
            got += more;
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// Reads on to the end of the body and drops the bytes.
    ///
    /// @return bytes read
    /// @throws IOException when the connection ended before
    public long skip() throws IOException {
        byte[] bytes = new byte[64 * 1024];
        long total = 0;
        for (int count = read(bytes, 0, bytes.length);
                count >= 0;
                count = read(bytes, 0, bytes.length)) {
            total += count;
        }
        return total;
    }

    /// The trailer fields.
    ///
    /// @return known once the body is complete
    public List<Head.Field> trailers() {
        return trailers;
    }

    Message rest(Head head) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] bytes = new byte[32 * 1024];
        Ending ending = Ending.COMPLETE;
        try {
            for (int count = read(bytes, 0, bytes.length);
                    count >= 0;
                    count = read(bytes, 0, bytes.length)) {
                body.write(bytes, 0, count);
            }
        } catch (EarlyEnd end) {
            ending = end.ending();
        }
        return new Message(head, body.toByteArray(), trailers, framing, ending);
    }

    private boolean nextChunk() throws IOException {
        if (!firstChunk && !wire.line().isEmpty()) {
            throw new AssertionError("a chunk is longer than its size" + wire.soFar());
        }
        firstChunk = false;
        String line = wire.line();
        int semicolon = line.indexOf(';');
        due = Long.parseLong((semicolon < 0 ? line : line.substring(0, semicolon)).trim(), 16);
        if (due == 0) {
            trailers = wire.fields();
            complete = true;
        }
        return due > 0;
    }
}
