package io.breakwater.testing;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 client by prior knowledge that writes its own frames. Fields are sent as literals;
/// only reading them uses a library. One thread at a time.
public final class H2Client implements Closeable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_DATA = 16 * 1024;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final HpackDecoder decoder = new HpackDecoder(64 * 1024, System::nanoTime);
    private final Map<Integer, H2Stream> streams = new HashMap<>();
    private int nextStream = 1;
    private long initialWindow = 65_535;
    private long sendWindow = 65_535;
    private boolean goingAway;
    private @Nullable Integer error;

    private H2Client(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) RawClient.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    /// Connects to 127.0.0.1 and sends the preface.
    ///
    /// @param port the port
    /// @return a connected client
    /// @throws IOException when it is refused
    @SuppressWarnings("resource") // the client owns the socket
    public static H2Client to(int port) throws IOException {
        return new H2Client(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// Sends the preface on a connected socket.
    ///
    /// @param socket the client's from now on
    /// @return a client
    /// @throws IOException when the connection is gone
    public static H2Client over(Socket socket) throws IOException {
        return new H2Client(socket);
    }

    /// Begins a request whose body follows.
    ///
    /// @param method the method
    /// @param path the path and query
    /// @param fields further fields, `name: value` each
    /// @return the stream
    /// @throws IOException when the connection is gone
    public H2Stream open(String method, String path, String... fields) throws IOException {
        return request(0, method, path, fields);
    }

    /// Sends a request without a body.
    ///
    /// @param method the method
    /// @param path the path and query
    /// @param fields further fields, `name: value` each
    /// @return the stream
    /// @throws IOException when the connection is gone
    public H2Stream send(String method, String path, String... fields) throws IOException {
        return request(END_STREAM, method, path, fields);
    }

    /// Whether the peer has said that it takes no more requests.
    ///
    /// @return true after a GOAWAY
    public boolean isGoingAway() {
        return goingAway;
    }

    /// What the peer says went wrong with the connection.
    ///
    /// @return the error code of the last GOAWAY, null when there was none
    public @Nullable Integer error() {
        return error;
    }

    /// Leaves out numbers of streams, which raw frames have used.
    ///
    /// @param count how many
    public void skipStreams(int count) {
        nextStream += 2 * count;
    }

    /// Sends frames as they are, all at once.
    ///
    /// @param frames made by [#raw]
    /// @throws IOException when the connection is gone
    public void sendRaw(byte[] frames) throws IOException {
        out.write(frames);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private H2Stream request(int flags, String method, String path, String... fields)
            throws IOException {
        byte[] block = block(method, path, fields);
        H2Stream stream = new H2Stream(this, nextStream, initialWindow);
        streams.put(nextStream, stream);
        frame(HEADERS, flags | END_HEADERS, nextStream, block);
        nextStream += 2;
        return stream;
    }

    void data(H2Stream stream, byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            int room = (int) Math.min(Math.min(sendWindow, stream.sendWindow), MAX_DATA);
            if (room <= 0) {
                readFrame();
            } else {
                byte[] part = new byte[Math.min(room, bytes.length - at)];
                System.arraycopy(bytes, at, part, 0, part.length);
                frame(DATA, 0, stream.number, part);
                sendWindow -= part.length;
                stream.sendWindow -= part.length;
                at += part.length;
            }
        }
    }

    void end(H2Stream stream, String... trailers) throws IOException {
        if (trailers.length == 0) {
            frame(DATA, END_STREAM, stream.number, new byte[0]);
        } else {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            literals(block, trailers);
            frame(HEADERS, END_STREAM | END_HEADERS, stream.number, block.toByteArray());
        }
    }

    void cancel(H2Stream stream) throws IOException {
        frame(RST_STREAM, 0, stream.number, new byte[] {0, 0, 0, 8});
    }

    void readFrame() throws IOException {
        int first = in.readUnsignedByte();
        int length = first << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int number = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = new byte[length];
        in.readFully(payload);
        switch (type) {
            case DATA -> onData(number, flags, payload);
            case HEADERS -> onHeaders(number, flags, payload);
            case RST_STREAM -> stream(number).onReset(ByteBuffer.wrap(payload).getInt());
            case SETTINGS -> onSettings(flags, ByteBuffer.wrap(payload));
            case PING -> {
                if ((flags & ACK) == 0) {
                    answer(PING, ACK, 0, payload);
                }
            }
            case GOAWAY -> {
                goingAway = true;
                error = ByteBuffer.wrap(payload).getInt(4);
            }
            case WINDOW_UPDATE -> onWindow(number, ByteBuffer.wrap(payload).getInt());
            default -> {
                // RFC 9113 §4.1: frames of unknown types are ignored
            }
        }
    }

    private H2Stream stream(int number) {
        return streams.computeIfAbsent(number, raw -> new H2Stream(this, raw, initialWindow));
    }

    private void onData(int number, int flags, byte[] payload) throws IOException {
        if ((flags & PADDED) != 0) {
            throw new AssertionError("padded data is not expected");
        }
        stream(number).onData(payload, (flags & END_STREAM) != 0);
        if (payload.length > 0) {
            byte[] increment = ByteBuffer.allocate(4).putInt(payload.length).array();
            answer(WINDOW_UPDATE, 0, 0, increment);
            if ((flags & END_STREAM) == 0) {
                answer(WINDOW_UPDATE, 0, number, increment);
            }
        }
    }

    private void onHeaders(int number, int flags, byte[] payload) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(payload);
        int last = flags;
        while ((last & END_HEADERS) == 0) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            last = in.readUnsignedByte();
            in.readInt();
            if (type != CONTINUATION) {
                throw new AssertionError("expected CONTINUATION, got frame type " + type);
            }
            block.writeBytes(in.readNBytes(length));
        }
        try {
            MetaData meta = decoder.decode(ByteBuffer.wrap(block.toByteArray()));
            int status = meta instanceof MetaData.Response response ? response.getStatus() : 0;
            HttpFields fields = meta.getHttpFields();
            stream(number).onFields(status, fields, (flags & END_STREAM) != 0);
        } catch (HpackException broken) {
            throw new IOException(broken);
        }
    }

    private void onSettings(int flags, ByteBuffer payload) throws IOException {
        if ((flags & ACK) != 0) {
            return;
        }
        while (payload.hasRemaining()) {
            int key = payload.getShort();
            int value = payload.getInt();
            if (key == INITIAL_WINDOW_SIZE) {
                for (H2Stream stream : streams.values()) {
                    stream.sendWindow += value - initialWindow;
                }
                initialWindow = value;
            }
        }
        answer(SETTINGS, ACK, 0, new byte[0]);
    }

    private void onWindow(int number, int increment) {
        if (number == 0) {
            sendWindow += increment;
        } else {
            stream(number).sendWindow += increment;
        }
    }

    /// Sends what a frame asks for. The peer may be gone by then; what it has sent can still be
    /// read.
    private void answer(int type, int flags, int number, byte[] payload) {
        try {
            frame(type, flags, number, payload);
        } catch (IOException gone) {
            goingAway = true;
        }
    }

    private void frame(int type, int flags, int number, byte[] payload) throws IOException {
        out.write(raw(type, flags, number, payload));
    }

    /// A frame's bytes.
    ///
    /// @param type its type
    /// @param flags its flags
    /// @param number its stream, 0 for the connection
    /// @param payload what it carries
    /// @return the bytes
    public static byte[] raw(int type, int flags, int number, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(number).put(payload);
        return frame.array();
    }

    /// The field block of a request.
    ///
    /// @param method the method
    /// @param path the path and query
    /// @param fields further fields, `name: value` each
    /// @return the block
    public static byte[] block(String method, String path, String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":authority", "example.test");
        literal(block, ":path", path);
        literals(block, fields);
        return block.toByteArray();
    }

    static void literals(ByteArrayOutputStream block, String... fields) {
        for (String field : fields) {
            int colon = field.indexOf(": ");
            literal(block, field.substring(0, colon), field.substring(colon + 2));
        }
    }

    /// RFC 7541 §6.2.2: literal without indexing, new name, no Huffman coding.
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String text : new String[] {name, value}) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length >= 127) {
                throw new IllegalArgumentException("too long for this client: " + text);
            }
            block.write(bytes.length);
            block.writeBytes(bytes);
        }
    }

    /// Waits for the end of the connection.
    ///
    /// @throws IOException when the socket fails
    public void awaitEnd() throws IOException {
        try {
            while (true) {
                readFrame();
            }
        } catch (EOFException closed) {
            goingAway = true;
        }
    }
}
