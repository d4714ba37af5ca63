package io.breakwater.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads HTTP/1.1 off a socket, strictly: what a lenient reader would forgive is an error here. A
/// wait that takes too long fails with what was read so far.
final class WireReader {
    private static final int SHOWN_BYTES = 4096;

    private final InputStream in;
    private final byte[] buffer = new byte[32 * 1024];
    private final StringBuilder transcript = new StringBuilder();
    private int position;
    private int limit;
    private long received;

    WireReader(InputStream in) {
        this.in = in;
    }

    /// Reads a head. An end before its first byte is an [EarlyEnd] as well.
    Head head() throws IOException {
        String startLine = line();
        return new Head(startLine, fields());
    }

    List<Head.Field> fields() throws IOException {
        List<Head.Field> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || line.charAt(0) == ' ' || line.charAt(colon - 1) == ' ') {
                throw new AssertionError("not a field line: '" + line + "'" + soFar());
            }
            fields.add(new Head.Field(line.substring(0, colon), line.substring(colon + 1).trim()));
        }
        return fields;
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = need(); next != '\r'; next = need()) {
            if (next == '\n') {
                throw new AssertionError("a bare LF ended the line '" + line + "'" + soFar());
            }
            line.append((char) next);
        }
        if (need() != '\n') {
            throw new AssertionError("a bare CR is in the line '" + line + "'" + soFar());
        }
        return line.toString();
    }

    /// Reads at least one byte, or -1 at an orderly end.
    int read(byte[] into, int offset, int length) throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, into, offset, count);
        position += count;
        return count;
    }

    /// Reads exactly so many bytes.
    String bytes(int count) throws IOException {
        StringBuilder text = new StringBuilder(count);
        while (text.length() < count) text.append((char) need());
        return text.toString();
    }

    /// Waits for the end of the connection; a byte that arrives instead is an error.
    Ending ending() throws IOException {
        try {
            int next = next();
            if (next >= 0) {
                throw new AssertionError("expected the end of the connection" + soFar());
            }
            return Ending.CLOSED;
        } catch (EarlyEnd end) {
            return end.ending();
        }
    }

    /// Whether bytes are waiting that belong to nothing read yet.
    boolean hasMore() throws IOException {
        return position < limit || in.available() > 0;
    }

    EarlyEnd early(Ending ending) {
        return new EarlyEnd(ending, "the connection ended (" + ending + ")" + soFar());
    }

    String soFar() {
        return "; read so far, " + received + " bytes:\n" + transcript;
    }

    int need() throws IOException {
        int next = next();
        if (next < 0) {
            throw early(Ending.CLOSED);
        }
        return next;
    }

    private int next() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return buffer[position++] & 0xff;
    }

    private boolean fill() throws IOException {
        int count;
        try {
            count = in.read(buffer);
        } catch (SocketTimeoutException timeout) {
            throw new AssertionError("nothing came in time" + soFar(), timeout);
        } catch (SocketException reset) {
            EarlyEnd end = early(Ending.RESET);
            end.initCause(reset);
            throw end;
        }
        if (count < 0) {
            return false;
        }
        position = 0;
        limit = count;
        received += count;
        int room = Math.min(count, SHOWN_BYTES - transcript.length());
        if (room > 0) {
            transcript.append(new String(buffer, 0, room, StandardCharsets.ISO_8859_1));
        }
        return true;
    }
}
