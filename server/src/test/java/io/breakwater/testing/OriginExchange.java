package io.breakwater.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One request at a [FakeOrigin], and the connection to answer it on.
public final class OriginExchange {
    private final Socket socket;
    private final WireReader wire;
    private final Head head;
    private final int connection;
    private final BodyReader body;
    private final CompletableFuture<Message> whole = new CompletableFuture<>();
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();

    OriginExchange(Socket socket, WireReader wire, Head head, int connection) {
        this.socket = socket;
        this.wire = wire;
        this.head = head;
        this.connection = connection;
        this.body = new BodyReader(wire, Framing.ofRequest(head), head);
    }

    /// The request's head.
    ///
    /// @return as sent
    public Head head() {
        return head;
    }

    /// Which connection it came on.
    ///
    /// @return 1 for the first
    public int connection() {
        return connection;
    }

    /// The request as the origin's behaviour has read it, for the test's own thread.
    ///
    /// @return the whole request, once it is there
    /// @throws Exception when it does not come in time
    public Message request() throws Exception {
        return whole.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// The body as it arrives; only for behaviours.
    ///
    /// @return the body
    public BodyReader body() {
        return body;
    }

    /// Reads what is left of the request; only for behaviours.
    ///
    /// @return the request
    /// @throws IOException when the socket fails
    public Message readAll() throws IOException {
        Message message = body.rest(head);
        whole.complete(message);
        return message;
    }

    /// Sends text, one byte per character.
    ///
    /// @param text the exact text
    /// @return this exchange
    /// @throws IOException when the peer is gone
    public OriginExchange send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /// Sends a response head.
    ///
    /// @param lines the status line and the fields, without line ends
    /// @return this exchange
    /// @throws IOException when the peer is gone
    public OriginExchange respond(String... lines) throws IOException {
        return send(String.join("\r\n", lines) + "\r\n\r\n");
    }

    /// Sends a chunk of the chunked coding.
    ///
    /// @param text its content
    /// @return this exchange
    /// @throws IOException when the peer is gone
    public OriginExchange chunk(String text) throws IOException {
        return send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /// Reads bytes that are not HTTP; only for behaviours.
    ///
    /// @param count how many
    /// @return one character per byte
    /// @throws IOException when the connection ended before
    public String bytes(int count) throws IOException {
        return wire.bytes(count);
    }

    /// Says that nothing more will be sent.
    ///
    /// @throws IOException when the peer is gone
    public void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /// Where bytes may be written at will.
    ///
    /// @return the socket's stream
    /// @throws IOException when the peer is gone
    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    /// Waits for the peer to end the connection; only for behaviours.
    ///
    /// @throws IOException when the socket fails
    public void awaitEnd() throws IOException {
        ended.complete(wire.ending());
    }

    /// The peer has ended the connection while the behaviour still wrote.
    void broken() {
        ended.complete(Ending.RESET);
    }

    /// How the peer ended the connection that the behaviour waits on, for the test's own thread.
    ///
    /// @return closed or reset
    /// @throws Exception when it does not end in time
    public Ending ended() throws Exception {
        return ended.get(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// Closes the connection in an orderly way.
    ///
    /// @throws IOException when the socket fails
    public void close() throws IOException {
        socket.close();
    }

    /// Resets the connection.
    ///
    /// @throws IOException when the socket fails
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// Reads what the behaviour has left of the request.
    boolean finish() throws IOException {
        Message message = whole.isDone() ? whole.getNow(null) : readAll();
        return message.ending() == Ending.COMPLETE
                && !"close".equalsIgnoreCase(head.field("Connection"));
    }
}
