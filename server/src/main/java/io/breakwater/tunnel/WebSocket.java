package io.breakwater.tunnel;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Phase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// The opening handshake of WebSocket (RFC 6455 §4). Pure.
public final class WebSocket {
    /// The name of the protocol (RFC 6455 §11.2).
    public static final String PROTOCOL = "websocket";

    private static final String KEY = "Sec-WebSocket-Key";
    private static final String VERSION = "Sec-WebSocket-Version";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSocket() {}

    /// Checks what a client has sent (RFC 6455 §4.2.1).
    ///
    /// @param method the method
    /// @param fields the fields
    /// @return null when it is as it has to be
    static Phase.@Nullable Fail fault(String method, HttpFields fields) {
        if (!method.equals("GET")) return bad("the method is " + method + " (expected: GET)");
        List<String> keys = fields.getValuesList(KEY);
        if (keys.size() != 1 || !isKey(keys.getFirst()))
            return bad(KEY + ": " + keys + " (expected: one, 16 bytes in base64)");
        List<String> versions = fields.getValuesList(VERSION);
        if (versions.isEmpty()) return bad(VERSION + " is missing");
        if (versions.size() == 1 && versions.getFirst().strip().equals("13")) return null;
        return new Phase.Fail(ErrorKind.WEBSOCKET_VERSION, VERSION + ": " + versions);
    }

    private static Phase.Fail bad(String detail) {
        return new Phase.Fail(ErrorKind.BAD_HANDSHAKE, detail);
    }

    private static boolean isKey(String value) {
        try {
            return Base64.getDecoder().decode(value.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// The key of a request that [#fault] finds nothing wrong with.
    ///
    /// @param fields its fields
    /// @return the key
    static String key(HttpFields fields) {
        String key = fields.get(KEY);
        if (key == null) throw new IllegalArgumentException("no " + KEY);
        return key.strip();
    }

    /// What has to be answered to a key (RFC 6455 §4.2.2).
    ///
    /// @param key a Sec-WebSocket-Key
    /// @return the value of Sec-WebSocket-Accept
    public static String accept(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
