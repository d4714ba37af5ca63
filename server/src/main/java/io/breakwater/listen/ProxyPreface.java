package io.breakwater.listen;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads the header with which a proxy in front tells of its client: haproxy's "The PROXY
/// protocol", versions 1 and 2. Pure.
final class ProxyPreface {
    /// A longer header is refused. Version 2 may carry more than addresses, which is not looked at.
    static final int MOST_BYTES = 4096;

    private static final byte[] SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };
    private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = 16;
    private static final int MOST_LINE_BYTES = 107;

    private ProxyPreface() {}

    /// What was found so far.
    sealed interface Found {
        /// It may be one: more has to come.
        Found MORE = new More();

        /// It is none.
        Found NONE = new None();
    }

    /// It may be one.
    record More() implements Found {}

    /// It is none.
    record None() implements Found {}

    /// It is a header that cannot be read.
    ///
    /// @param why in words
    record Broken(String why) implements Found {}

    /// A header.
    ///
    /// @param bytes how long it is
    /// @param client null when it speaks for nobody, or for somebody without an IP address
    /// @param server the address that the client came to; null as well
    record Header(int bytes, @Nullable InetSocketAddress client, @Nullable InetSocketAddress server)
            implements Found {}

    /// Looks for a header.
    ///
    /// @param bytes what has come, from its position; not moved
    static Found find(ByteBuffer bytes) {
        byte[] come = new byte[Math.min(bytes.remaining(), MOST_BYTES)];
        bytes.get(bytes.position(), come);
        if (begins(come, SIGNATURE)) return come.length < HEAD_BYTES ? Found.MORE : binary(come);
        if (begins(come, WORD)) return come.length < WORD.length ? Found.MORE : line(come);
        return Found.NONE;
    }

    /// Whether it is the beginning of something, or the other way round.
    private static boolean begins(byte[] come, byte[] with) {
        int length = Math.min(come.length, with.length);
        return Arrays.equals(come, 0, length, with, 0, length);
    }

    private static Found line(byte[] come) {
        int most = Math.min(come.length, MOST_LINE_BYTES);
        for (int end = WORD.length; end < most; end++) {
            if (come[end] != '\n') continue;
            if (come[end - 1] != '\r') return new Broken("its line does not end with CR and LF");
            String text = new String(come, 0, end - 1, StandardCharsets.US_ASCII);
            return words(text.split(" ", -1), end + 1);
        }
        return come.length < MOST_LINE_BYTES ? Found.MORE : new Broken("its line does not end");
    }

    private static Found words(String[] words, int bytes) {
        if (words[1].equals("UNKNOWN")) return new Header(bytes, null, null);
        boolean known = words[1].equals("TCP4") || words[1].equals("TCP6");
        if (!known || words.length != 6) return new Broken("its line is not of six known words");
        try {
            InetAddress client = InetAddress.ofLiteral(words[2]);
            InetAddress server = InetAddress.ofLiteral(words[3]);
            return new Header(
                    bytes,
                    new InetSocketAddress(client, port(words[4])),
                    new InetSocketAddress(server, port(words[5])));
        } catch (IllegalArgumentException e) {
            return new Broken("it has an address or port that is none");
        }
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}")) throw new IllegalArgumentException(text);
        return Integer.parseInt(text);
    }

    private static Found binary(byte[] come) {
        ByteBuffer head = ByteBuffer.wrap(come);
        int version = come[12] >> 4 & 0xF;
        int command = come[12] & 0xF;
        int family = come[13] >> 4 & 0xF;
        int length = HEAD_BYTES + Short.toUnsignedInt(head.getShort(14));
        if (version != 2) return new Broken("it is of version " + version);
        if (command > 1) return new Broken("its command is " + command);
        if (length > MOST_BYTES) return new Broken("it is longer than " + MOST_BYTES + " bytes");
        if (come.length < length) return Found.MORE;
        // LOCAL: the proxy's own, such as a check of our health.
        if (command == 0) return new Header(length, null, null);
        return switch (family) {
            case 1 -> addresses(head, 4, length);
            case 2 -> addresses(head, 16, length);
            default -> new Header(length, null, null);
        };
    }

    private static Found addresses(ByteBuffer head, int size, int length) {
        if (length < HEAD_BYTES + 2 * size + 4)
            return new Broken("it is shorter than its addresses");
        try {
            byte[] client = new byte[size];
            byte[] server = new byte[size];
            head.position(HEAD_BYTES).get(client).get(server);
            int from = Short.toUnsignedInt(head.getShort());
            int to = Short.toUnsignedInt(head.getShort());
            return new Header(
                    length,
                    new InetSocketAddress(InetAddress.getByAddress(client), from),
                    new InetSocketAddress(InetAddress.getByAddress(server), to));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("addresses of " + size + " bytes", e);
        }
    }
}
