package io.breakwater.relay.web;

import java.nio.ByteBuffer;
import java.util.Base64;

/// Encodes a body of messages that stream by in base64, so that whoever decodes what came so far
/// has every message that is complete: there is padding within the body where a message ends, and
/// up to two bytes of one that is not complete wait for those that follow. One thread at a time.
final class Base64Output {
    private static final int GROUP = 3;

    private final byte[] held = new byte[GROUP - 1];
    private int heldBytes;

    /// Encodes some bytes.
    ///
    /// @param input consumed whole
    /// @param sinceEdge how many of the last bytes belong to a message that is not complete
    /// @return a buffer of the caller's own, may be empty
    ByteBuffer encode(ByteBuffer input, long sinceEdge) {
        int bytes = heldBytes + input.remaining();
        int rest = bytes % GROUP;
        int waiting = sinceEdge >= rest ? rest : 0;
        byte[] given = new byte[bytes - waiting];
        // What is held may be more than what is given now.
        int before = Math.min(heldBytes, given.length);
        System.arraycopy(held, 0, given, 0, before);
        System.arraycopy(held, before, held, 0, heldBytes - before);
        heldBytes -= before;
        input.get(given, before, given.length - before);
        int more = input.remaining();
        input.get(held, heldBytes, more);
        heldBytes += more;
        return ByteBuffer.wrap(Base64.getEncoder().encode(given));
    }
}
