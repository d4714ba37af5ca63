package io.breakwater.config;

import io.breakwater.http.ContentCoding;
import java.util.List;

/// How responses are compressed for clients that take it.
///
/// @param encodings what is offered, the best first; not empty, each once
/// @param minLength bytes of a body below which it is not worth it, as far as the length is known
/// @param types media types: `text/html`, `text/*`, `*+json` for a structured suffix, `*` for all
/// @param gzipLevel 1 to 9
/// @param brLevel 1 to 8
/// @param zstdLevel 1 to 10
public record CompressionConfig(
        List<ContentCoding> encodings,
        long minLength,
        List<String> types,
        int gzipLevel,
        int brLevel,
        int zstdLevel) {
    /// Copies the lists.
    public CompressionConfig {
        encodings = List.copyOf(encodings);
        types = List.copyOf(types);
    }

    /// The level of a coding.
    ///
    /// @param coding the coding
    /// @return as its own library counts them
    public int level(ContentCoding coding) {
        return switch (coding) {
            case ZSTD -> zstdLevel;
            case BR -> brLevel;
            case GZIP -> gzipLevel;
        };
    }
}
