package io.breakwater.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client that sends exactly the bytes it is given and reads exactly what comes. Each wait is
/// bounded and fails with what was read so far. One thread at a time.
public final class RawClient implements AutoCloseable {
    /// The longest wait for the next byte.
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;
    private final WireReader wire;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        socket.setSendBufferSize(64 * 1024);
        this.wire = new WireReader(socket.getInputStream());
    }

    /// Connects to 127.0.0.1.
    ///
    /// @param port the port
    /// @return a connected client
    /// @throws IOException when the connection is refused
    public static RawClient to(int port) throws IOException {
        return to(port, 0);
    }

    /// Connects to 127.0.0.1 with a small receive buffer, for a client that reads slowly.
    ///
    /// @param port the port
    /// @param receiveBufferBytes size of the socket's buffer, 0 for the system's default
    /// @return a connected client
    /// @throws IOException when the connection is refused
    @SuppressWarnings("resource") // the client owns the socket
    public static RawClient to(int port, int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        try {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    (int) PATIENCE.toMillis());
            return new RawClient(socket);
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /// Sends text, one byte per character.
    ///
    /// @param text the exact text
    /// @return this client
    /// @throws IOException when the connection is gone
    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends bytes.
    ///
    /// @param bytes the exact bytes
    /// @return this client
    /// @throws IOException when the connection is gone
    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /// Sends a request head.
    ///
    /// @param lines the request line and the fields, without line ends
    /// @return this client
    /// @throws IOException when the connection is gone
    public RawClient request(String... lines) throws IOException {
        return send(String.join("\r\n", lines) + "\r\n\r\n");
    }

    /// Sends a chunk of the chunked coding.
    ///
    /// @param text its content, not empty
    /// @return this client
    /// @throws IOException when the connection is gone
    public RawClient chunk(String text) throws IOException {
        return send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /// Sends a GET with a Host field and nothing else.
    ///
    /// @param target the request target
    /// @return this client
    /// @throws IOException when the connection is gone
    public RawClient get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: example.test\r\n\r\n");
    }

    /// Reads the next head, interim or final.
    ///
    /// @return the head
    /// @throws IOException when the connection ended before
    public Head head() throws IOException {
        return wire.head();
    }

    /// Reads the next final response to a request that is not HEAD.
    ///
    /// @return the response, as much of it as came
    /// @throws IOException when the connection ended before its head was complete
    public Message response() throws IOException {
        return response("GET");
    }

    /// Reads the next final response.
    ///
    /// @param method the request's method, which decides whether a body follows
    /// @return the response, as much of it as came
    /// @throws IOException when the connection ended before its head was complete
    public Message response(String method) throws IOException {
        Head head = wire.head();
        while (head.interim()) {
            head = wire.head();
        }
        return new BodyReader(wire, Framing.ofResponse(head, method), head).rest(head);
    }

    /// Reads the body that follows a head.
    ///
    /// @param head the head of a response to a request that is not HEAD
    /// @return its body as it arrives
    public BodyReader body(Head head) {
        return new BodyReader(wire, Framing.ofResponse(head, "GET"), head);
    }

    /// Reads the rest of a response.
    ///
    /// @param head the head of a response to a request that is not HEAD
    /// @return the response, as much of it as came
    /// @throws IOException when the socket fails
    public Message rest(Head head) throws IOException {
        return body(head).rest(head);
    }

    /// Reads bytes that are not HTTP.
    ///
    /// @param count how many
    /// @return one character per byte
    /// @throws IOException when the connection ended before
    public String bytes(int count) throws IOException {
        return wire.bytes(count);
    }

    /// Waits for the end of the connection.
    ///
    /// @return closed or reset
    /// @throws IOException when the socket fails
    public Ending ending() throws IOException {
        return wire.ending();
    }

    /// Whether bytes are waiting to be read.
    ///
    /// @return true when a read would not wait
    /// @throws IOException when the socket fails
    public boolean hasMore() throws IOException {
        return wire.hasMore();
    }

    /// The client's port.
    ///
    /// @return the local port
    public int localPort() {
        return socket.getLocalPort();
    }

    /// Says that nothing more will be sent.
    ///
    /// @throws IOException when the connection is gone
    public void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /// Leaves with a reset.
    ///
    /// @throws IOException when the socket fails
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
