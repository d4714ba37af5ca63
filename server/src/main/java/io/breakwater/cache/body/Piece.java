package io.breakwater.cache.body;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Retainable;

/// Bytes of a body.
///
/// @param bytes to be read, and not written to, before the release
/// @param owner released once by who got the piece
public record Piece(ByteBuffer bytes, Retainable owner) {
    /// Gives the bytes back. Once.
    public void release() {
        if (owner.canRetain()) owner.release();
    }
}
