package io.breakwater.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The two forms of gRPC-Web's bodies.
public enum WebForm {
    /// As they are.
    BINARY("application/grpc-web+proto"),
    /// In base64.
    TEXT("application/grpc-web-text+proto");

    private final String type;

    WebForm(String type) {
        this.type = type;
    }

    /// The content type.
    ///
    /// @return with the format `+proto`
    public String type() {
        return type;
    }

    /// Makes a message or a last frame.
    ///
    /// @param flags 0 for a message, 0x80 for trailers
    /// @param content what it says
    /// @return one character per byte
    public static String frame(int flags, String content) {
        return latin(ByteBuffer.allocate(5).put((byte) flags).putInt(content.length()).array())
                + content;
    }

    /// Brings a body into this form.
    ///
    /// @param body one character per byte
    /// @return the same
    public String coded(String body) {
        return this == BINARY ? body : Base64.getEncoder().encodeToString(bytes(body));
    }

    /// Reads a body of this form, which may have padding anywhere.
    ///
    /// @param body one character per byte
    /// @return the same
    public String plain(String body) {
        if (this == BINARY) return body;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < body.length(); at += 4)
            all.writeBytes(Base64.getDecoder().decode(body.substring(at, at + 4)));
        return latin(all.toByteArray());
    }

    /// The bytes of a text.
    ///
    /// @param text one character per byte
    /// @return a copy
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
