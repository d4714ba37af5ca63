package io.breakwater.relay.transform;

import io.breakwater.config.LocationConfig.Replace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet.ContentTransformer;

/// Replaces texts in a body that streams by, also where one spans two buffers.
///
/// At each position the first text in configured order that matches wins; replacements are not
/// looked at again. Memory is constant: only a tail shorter than the longest text is kept between
/// two buffers, and output is written in pieces of at most [#PIECE_BYTES]. One body, one thread at
/// a time.
final class SubstituteTransformer implements ContentTransformer {
    /// Size of one output buffer, bytes.
    static final int PIECE_BYTES = 8192;

    private static final int NONE = -1;
    private static final int UNDECIDED = -2;

    private final byte[][] from;
    private final byte[][] to;
    private final boolean[] starts = new boolean[256];
    private byte[] tail = new byte[0];
    private ByteBuffer piece = ByteBuffer.allocate(0);

    SubstituteTransformer(List<Replace> replaces) {
        this.from = new byte[replaces.size()][];
        this.to = new byte[replaces.size()][];
        for (int i = 0; i < from.length; i++) {
            from[i] = replaces.get(i).from().getBytes(StandardCharsets.UTF_8);
            to[i] = replaces.get(i).to().getBytes(StandardCharsets.UTF_8);
            starts[from[i][0] & 0xff] = true;
        }
    }

    @Override
    public void transform(ByteBuffer input, boolean finished, List<ByteBuffer> output) {
        byte[] bytes = new byte[tail.length + input.remaining()];
        System.arraycopy(tail, 0, bytes, 0, tail.length);
        input.get(bytes, tail.length, input.remaining());
        List<ByteBuffer> pieces = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int match = starts[bytes[at] & 0xff] ? matchAt(bytes, at, finished) : NONE;
            if (match == UNDECIDED) break;
            if (match == NONE) {
                put(bytes[at++], pieces);
            } else {
                for (byte b : to[match]) put(b, pieces);
                at += from[match].length;
            }
        }
        tail = new byte[bytes.length - at];
        System.arraycopy(bytes, at, tail, 0, tail.length);
        flush(pieces);
        output.addAll(pieces);
    }

    /// The first text in order that stands at a place, [#UNDECIDED] when one before it may still do
    /// with more bytes.
    private int matchAt(byte[] bytes, int at, boolean finished) {
        for (int i = 0; i < from.length; i++) {
            byte[] text = from[i];
            int visible = Math.min(text.length, bytes.length - at);
            int k = 0;
            while (k < visible && bytes[at + k] == text[k]) k++;
            if (k == text.length) return i;
            if (k == visible && !finished) return UNDECIDED;
        }
        return NONE;
    }

    private void put(byte b, List<ByteBuffer> pieces) {
        if (!piece.hasRemaining()) {
            flush(pieces);
            piece = ByteBuffer.allocate(PIECE_BYTES);
        }
        piece.put(b);
    }

    private void flush(List<ByteBuffer> pieces) {
        if (piece.position() == 0) return;
        pieces.add(piece.flip());
        piece = ByteBuffer.allocate(0);
    }
}
