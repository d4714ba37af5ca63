package io.breakwater.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;
import org.jspecify.annotations.Nullable;

/// One connection of an [H2Node]: reads the peer's frames and writes any. Windows are kept: what is
/// read is given back at once unless [#holdWindows] was called. One thread at a time.
public final class H2NodeConnection {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int MAX_DATA = 16 * 1024;
    private static final int USUAL_WINDOW = 65_535;

    private final DataInputStream in;
    private final OutputStream out;
    private final HpackDecoder decoder = new HpackDecoder(1 << 20, System::nanoTime);
    private final Map<Integer, Incoming> streams = new HashMap<>();
    private final Queue<Request> requests = new ArrayDeque<>();
    private long window = USUAL_WINDOW;
    private long initialWindow = USUAL_WINDOW;
    private boolean holding;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private int pongs;
    private boolean silentToPings;

    H2NodeConnection(Socket socket, int... settings) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) RawClient.PATIENCE.toMillis());
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
        String preface = new String(in.readNBytes(PREFACE.length()), StandardCharsets.US_ASCII);
        if (!preface.equals(PREFACE)) throw new IOException("no preface: " + preface);
        settings(settings);
    }

    /// A request's head.
    ///
    /// @param stream its stream
    /// @param method `:method`
    /// @param scheme `:scheme`
    /// @param authority `:authority`
    /// @param path `:path`
    /// @param fields the other fields
    /// @param ended whether nothing follows
    public record Request(
            int stream,
            String method,
            String scheme,
            String authority,
            String path,
            HttpFields fields,
            boolean ended) {}

    /// What has come of a stream.
    private static final class Incoming {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable HttpFields trailers;
        private @Nullable Integer reset;
        private boolean ended;
        private long window;
    }

    // ---- reading

    /// Waits for the next request.
    ///
    /// @return its head
    /// @throws IOException when the peer left
    public Request next() throws IOException {
        while (requests.isEmpty()) readFrame();
        return requests.remove();
    }

    /// Waits for the end of a request.
    ///
    /// @param stream its stream
    /// @return its body
    /// @throws IOException when the peer left
    public byte[] body(int stream) throws IOException {
        Incoming incoming = incoming(stream);
        while (!incoming.ended && incoming.reset == null) readFrame();
        return incoming.body.toByteArray();
    }

    /// Waits for so many bytes of a body.
    ///
    /// @param stream its stream
    /// @param bytes how many at least
    /// @return how many there are
    /// @throws IOException when the peer left
    public int await(int stream, int bytes) throws IOException {
        Incoming incoming = incoming(stream);
        while (incoming.body.size() < bytes && !incoming.ended) readFrame();
        return incoming.body.size();
    }

    /// The trailers of a request that has ended.
    ///
    /// @param stream its stream
    /// @return null for none
    public @Nullable HttpFields trailers(int stream) {
        return incoming(stream).trailers;
    }

    /// Waits until the peer resets a stream.
    ///
    /// @param stream the stream
    /// @return the error code
    /// @throws IOException when the peer left
    public int awaitReset(int stream) throws IOException {
        Incoming incoming = incoming(stream);
        while (incoming.reset == null) readFrame();
        return incoming.reset;
    }

    /// Reads until the peer closes.
    ///
    /// @throws IOException always, at the end
    public void readOn() throws IOException {
        while (true) readFrame();
    }

    /// Requests begun by the peer so far. Any thread.
    ///
    /// @return 0 or more
    public int begun() {
        return begun.get();
    }

    /// PINGs received so far. Any thread.
    ///
    /// @return 0 or more
    public int pings() {
        return pings.get();
    }

    /// Sends a PING and waits for the answer, so that all that was sent before has been read.
    ///
    /// @throws IOException when the peer left
    public void awaitPong() throws IOException {
        int before = pongs;
        frame(6, 0, 0, new byte[8]);
        while (pongs == before) readFrame();
    }

    /// Gives no windows back from now on.
    public void holdWindows() {
        holding = true;
    }

    /// Answers no PING from now on.
    public void ignorePings() {
        silentToPings = true;
    }

    private Incoming incoming(int stream) {
        return streams.computeIfAbsent(
                stream,
                number -> {
                    Incoming incoming = new Incoming();
                    incoming.window = initialWindow;
                    return incoming;
                });
    }

    private void readFrame() throws IOException {
        int first = in.readUnsignedByte();
        int length = first << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = in.readNBytes(length);
        switch (type) {
            case 0 -> data(stream, flags, payload);
            case 1 -> head(stream, flags, payload);
            case 3 -> incoming(stream).reset = ByteBuffer.wrap(payload).getInt();
            case 4 -> settings(flags, ByteBuffer.wrap(payload));
            case 6 -> ping(flags, payload);
            case 8 -> {
                int more = ByteBuffer.wrap(payload).getInt();
                if (stream == 0) window += more;
                else incoming(stream).window += more;
            }
            default -> {
                // of no interest
            }
        }
    }

    private void ping(int flags, byte[] payload) throws IOException {
        if ((flags & 1) != 0) {
            pongs++;
            return;
        }
        pings.incrementAndGet();
        if (!silentToPings) frame(6, 1, 0, payload);
    }

    private void data(int stream, int flags, byte[] payload) throws IOException {
        Incoming incoming = incoming(stream);
        incoming.body.writeBytes(payload);
        incoming.ended |= (flags & 1) != 0;
        if (payload.length == 0 || holding) return;
        giveWindow(0, payload.length);
        if (!incoming.ended) giveWindow(stream, payload.length);
    }

    private void head(int stream, int flags, byte[] payload) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(payload);
        int last = flags;
        while ((last & 4) == 0) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            in.readUnsignedByte();
            last = in.readUnsignedByte();
            in.readInt();
            block.writeBytes(in.readNBytes(length));
        }
        MetaData meta;
        try {
            meta = decoder.decode(ByteBuffer.wrap(block.toByteArray()));
        } catch (HpackException broken) {
            throw new AssertionError("a malformed head", broken);
        }
        Incoming incoming = incoming(stream);
        incoming.ended |= (flags & 1) != 0;
        if (meta instanceof MetaData.Request request) {
            begun.incrementAndGet();
            requests.add(
                    new Request(
                            stream,
                            request.getMethod(),
                            String.valueOf(request.getHttpURI().getScheme()),
                            String.valueOf(request.getHttpURI().getAuthority()),
                            request.getHttpURI().getPathQuery(),
                            meta.getHttpFields(),
                            incoming.ended));
        } else {
            incoming.trailers = meta.getHttpFields();
        }
    }

    private void settings(int flags, ByteBuffer payload) throws IOException {
        if ((flags & 1) != 0) return;
        while (payload.hasRemaining()) {
            int key = payload.getShort();
            int value = payload.getInt();
            if (key == 4) {
                for (Incoming incoming : streams.values()) incoming.window += value - initialWindow;
                initialWindow = value;
            }
        }
        frame(4, 1, 0, new byte[0]);
    }

    // ---- writing

    /// Sends SETTINGS.
    ///
    /// @param settings keys and values in turn
    /// @throws IOException when the peer left
    public void settings(int... settings) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2)
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        frame(4, 0, 0, payload.array());
    }

    /// Sends a head or trailers.
    ///
    /// @param stream the stream
    /// @param ends whether nothing follows
    /// @param fields `name: value` each, with `:status` first for a head
    /// @throws IOException when the peer left
    public void head(int stream, boolean ends, String... fields) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        H2Client.literals(block, fields);
        byte[] all = block.toByteArray();
        for (int at = 0; at < all.length; at += MAX_DATA) {
            int end = Math.min(at + MAX_DATA, all.length);
            int flags = (at == 0 && ends ? 1 : 0) | (end == all.length ? 4 : 0);
            frame(at == 0 ? 1 : 9, flags, stream, Arrays.copyOfRange(all, at, end));
        }
    }

    /// Answers 200 with a text and Content-Length.
    ///
    /// @param stream the stream
    /// @param text the text
    /// @throws IOException when the peer left
    public void answer(int stream, String text) throws IOException {
        head(stream, false, ":status: 200", "content-length: " + text.length());
        data(stream, text.getBytes(StandardCharsets.ISO_8859_1), true);
    }

    /// Sends body bytes as the peer's windows allow.
    ///
    /// @param stream the stream
    /// @param bytes the bytes
    /// @param ends whether nothing follows
    /// @throws IOException when the peer left
    public void data(int stream, byte[] bytes, boolean ends) throws IOException {
        int at = 0;
        do {
            int part = Math.min(bytes.length - at, MAX_DATA);
            while (part > 0 && room(stream) < part) readFrame();
            byte[] payload = new byte[part];
            System.arraycopy(bytes, at, payload, 0, part);
            at += part;
            window -= part;
            incoming(stream).window -= part;
            frame(0, ends && at == bytes.length ? 1 : 0, stream, payload);
        } while (at < bytes.length);
    }

    /// How many bytes the peer allows now.
    ///
    /// @param stream the stream
    /// @return bytes
    public long room(int stream) {
        return Math.min(window, incoming(stream).window);
    }

    /// Resets a stream.
    ///
    /// @param stream the stream
    /// @param error the error code
    /// @throws IOException when the peer left
    public void reset(int stream, int error) throws IOException {
        frame(3, 0, stream, ByteBuffer.allocate(4).putInt(error).array());
    }

    /// Sends GOAWAY.
    ///
    /// @param last the last stream that is served
    /// @param error the error code
    /// @throws IOException when the peer left
    public void goAway(int last, int error) throws IOException {
        frame(7, 0, 0, ByteBuffer.allocate(8).putInt(last).putInt(error).array());
    }

    /// Lets the peer send more.
    ///
    /// @param stream the stream, 0 for the connection
    /// @param bytes how much more
    /// @throws IOException when the peer left
    public void giveWindow(int stream, int bytes) throws IOException {
        frame(8, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /// Sends any frame.
    ///
    /// @param type its type
    /// @param flags its flags
    /// @param stream its stream
    /// @param payload its payload
    /// @throws IOException when the peer left
    public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        out.write(frame.array());
    }
}
