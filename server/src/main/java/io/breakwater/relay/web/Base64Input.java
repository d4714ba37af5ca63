package io.breakwater.relay.web;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.ProxyException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Decodes base64 (RFC 4648 §4) that streams by. It may consist of several texts, each with its own
/// padding, as clients encode what they have and go on. One thread at a time.
public final class Base64Input {
    private static final byte WRONG = -1;
    private static final byte PADDING = -2;
    private static final byte[] VALUES = values();
    private static final int GROUP = 4;

    private int bits;
    private int seen;
    private int paddings;
    private long position;

    /// Makes one for a body.
    public Base64Input() {}

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, WRONG);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) values[alphabet.charAt(i)] = (byte) i;
        values['='] = PADDING;
        return values;
    }

    /// Decodes some characters. Up to three wait for the rest of their group.
    ///
    /// @param input consumed whole
    /// @return a buffer of the caller's own, may be empty
    /// @throws ProxyException BAD_REQUEST when it is not base64
    public ByteBuffer decode(ByteBuffer input) throws ProxyException {
        ByteBuffer output = ByteBuffer.allocate((input.remaining() + GROUP - 1) / GROUP * 3);
        while (input.hasRemaining()) {
            byte value = VALUES[input.get() & 0xff];
            position++;
            if (value == PADDING) {
                if (seen < 2) throw broken();
                paddings++;
                value = 0;
            } else if (value == WRONG || paddings > 0) {
                throw broken();
            }
            bits = bits << 6 | value;
            if (++seen == GROUP) put(output);
        }
        return output.flip();
    }

    private void put(ByteBuffer output) {
        output.put((byte) (bits >> 16));
        if (paddings < 2) output.put((byte) (bits >> 8));
        if (paddings < 1) output.put((byte) bits);
        bits = 0;
        seen = 0;
        paddings = 0;
    }

    /// Nothing more comes.
    ///
    /// @throws ProxyException BAD_REQUEST within a group
    public void end() throws ProxyException {
        if (seen > 0) throw broken();
    }

    private ProxyException broken() {
        return new ProxyException(
                ErrorKind.BAD_REQUEST, "the body is not base64 at character " + position, null);
    }
}
