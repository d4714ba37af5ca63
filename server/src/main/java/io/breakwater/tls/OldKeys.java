package io.breakwater.tls;

import java.io.ByteArrayOutputStream;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.HexFormat;

/// Puts keys of the forms that came before PKCS #8 (RFC 5208) into it.
final class OldKeys {
    private static final byte[] VERSION = HexFormat.of().parseHex("020100");
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xA0;

    private OldKeys() {}

    /// Wraps an RSA key (PKCS #1, RFC 8017 appendix A.1.2).
    static byte[] rsa(byte[] pkcs1) {
        return element(SEQUENCE, VERSION, RSA, element(OCTETS, pkcs1));
    }

    /// Wraps an EC key (SEC 1, RFC 5915), which names its curve itself.
    static byte[] ec(byte[] sec1) throws InvalidKeySpecException {
        try {
            byte[] curve = curve(sec1);
            return element(SEQUENCE, VERSION, element(SEQUENCE, EC, curve), element(OCTETS, sec1));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new InvalidKeySpecException("the key is broken", e);
        }
    }

    /// Finds the element `[0]` of the outer sequence.
    private static byte[] curve(byte[] sec1) throws InvalidKeySpecException {
        int at = contentStart(sec1, 0);
        while (at < sec1.length) {
            int start = contentStart(sec1, at);
            int end = start + length(sec1, at);
            if ((sec1[at] & 0xFF) == PARAMETERS) return Arrays.copyOfRange(sec1, start, end);
            at = end;
        }
        throw new InvalidKeySpecException("the key does not name its curve");
    }

    private static int contentStart(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) return first;
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) length = length << 8 | der[at + 2 + i] & 0xFF;
        return length;
    }

    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) length += part.length;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }
}
