package io.breakwater.cache.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What a look through the store tells of an object.
///
/// @param file the block file that it is in
/// @param url as in [Label#url]
/// @param head the opaque head, a copy
/// @param bodyBytes the length of the body
/// @param spaceBytes what it takes of the file
/// @param mustValidate whether a soft purge asks for a validation before it is used
public record StoredEntry(
        Path file,
        String url,
        ByteBuffer head,
        long bodyBytes,
        long spaceBytes,
        boolean mustValidate) {}
