package io.breakwater.http;

import java.util.Locale;

/// A content coding that bodies can be brought into (RFC 9110 §8.4.1, RFC 7932, RFC 8878).
public enum ContentCoding {
    /// Zstandard.
    ZSTD,
    /// Brotli.
    BR,
    /// DEFLATE with the frame of gzip.
    GZIP;

    /// As Content-Encoding and Accept-Encoding name it.
    ///
    /// @return in lower case
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
