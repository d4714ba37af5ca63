package io.breakwater.relay.encode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// The gzip coding (RFC 1952): the JDK's DEFLATE between a header of 10 bytes and a trailer with
/// CRC-32 and length. Takes about 260 kB.
final class GzipEncoder implements Encoder {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int TRAILER_BYTES = 8;

    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private boolean begun;

    GzipEncoder(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    public void encode(ByteBuffer input, Then then, List<ByteBuffer> output) {
        if (!begun) output.add(ByteBuffer.wrap(HEADER.clone()));
        begun = true;
        crc.update(input.duplicate());
        deflater.setInput(input);
        ByteBuffer out = Scratch.own().out();
        if (then == Then.END) deflater.finish();
        int how = then == Then.PAUSE ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH;
        // A buffer that is not filled says that there is no more.
        int bytes;
        do {
            bytes = deflater.deflate(out.clear(), how);
            if (bytes > 0) output.add(Scratch.copy(out.flip()));
        } while (bytes == Scratch.BYTES);
        input.position(input.limit());
        if (then == Then.END) output.add(trailer());
    }

    private ByteBuffer trailer() {
        // RFC 1952 §2.3.1: the length modulo 2^32
        return ByteBuffer.allocate(TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt((int) deflater.getBytesRead())
                .flip();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
