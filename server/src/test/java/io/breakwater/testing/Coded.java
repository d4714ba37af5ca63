package io.breakwater.testing;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/// Bodies in a content coding.
public final class Coded {
    private Coded() {}

    /// Decodes a stream.
    ///
    /// @param coding `gzip`, `br` or `zstd`
    /// @param coded the coded bytes
    /// @return the plain bytes
    /// @throws IOException when the first bytes are wrong
    public static InputStream stream(String coding, InputStream coded) throws IOException {
        return switch (coding) {
            case "gzip" -> new GZIPInputStream(coded);
            case "br" -> new BrotliInputStream(coded);
            case "zstd" -> new ZstdInputStream(coded);
            default -> throw new AssertionError("not a coding: " + coding);
        };
    }

    /// Decodes a whole body.
    ///
    /// @param message a response
    /// @return the plain text, one byte per character
    /// @throws IOException when it is not whole
    public static String text(Message message) throws IOException {
        String coding = message.head().field("Content-Encoding");
        if (coding == null) return message.text();
        byte[] bytes = message.text().getBytes(StandardCharsets.ISO_8859_1);
        try (InputStream plain = stream(coding, new ByteArrayInputStream(bytes))) {
            return new String(plain.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
