package io.breakwater.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Handshakes and frames of WebSocket as RFC 6455 has them, written down independently of what is
/// tested.
public final class Handshakes {
    /// The key of RFC 6455 §1.3.
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /// What that section says is answered to it.
    public static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private Handshakes() {}

    /// Sends a request for WebSocket.
    ///
    /// @param client the client
    /// @param more further fields
    /// @return the client
    /// @throws IOException when the connection is gone
    public static RawClient ask(RawClient client, String... more) throws IOException {
        String fields = more.length == 0 ? "" : String.join("\r\n", more) + "\r\n";
        return client.send(
                "GET /chat HTTP/1.1\r\nHost: example.test\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Key: "
                        + KEY
                        + "\r\nSec-WebSocket-Version: 13\r\n"
                        + fields
                        + "\r\n");
    }

    /// Agrees to a request for WebSocket.
    ///
    /// @param exchange the request
    /// @return the exchange
    /// @throws IOException when the peer is gone
    public static OriginExchange agree(OriginExchange exchange) throws IOException {
        return exchange.respond(
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Accept: " + accept(exchange.head().field("Sec-WebSocket-Key")));
    }

    private static String accept(@Nullable String key) {
        try {
            String both = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(both.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError(missing);
        }
    }

    /// A text frame as a server sends it.
    ///
    /// @param text at most 125 characters
    /// @return one character per byte
    public static String frame(String text) {
        return "\u0081" + (char) text.length() + text;
    }

    /// A text frame as a client sends it, with a key of zeros.
    ///
    /// @param text at most 125 characters
    /// @return one character per byte
    public static String masked(String text) {
        return "\u0081" + (char) (0x80 | text.length()) + "\0\0\0\0" + text;
    }

    /// The status code of a masked Close frame.
    ///
    /// @param frame its 8 bytes
    /// @return the code, -1 when it is no such frame
    public static int closeCode(String frame) {
        byte[] bytes = frame.getBytes(StandardCharsets.ISO_8859_1);
        if ((bytes[0] & 0xff) != 0x88 || (bytes[1] & 0xff) != 0x82) return -1;
        ByteBuffer view = ByteBuffer.wrap(bytes);
        return (view.getShort(6) ^ view.getShort(2)) & 0xffff;
    }
}
