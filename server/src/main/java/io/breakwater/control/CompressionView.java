package io.breakwater.control;

/// What was compressed with one coding since the start.
///
/// @param encoding as Content-Encoding names it
/// @param bodies responses that were begun
/// @param open those that have not ended
/// @param plainBytes bytes before
/// @param codedBytes bytes after
public record CompressionView(
        String encoding, long bodies, long open, long plainBytes, long codedBytes) {}
